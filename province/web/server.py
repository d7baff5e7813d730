"""The web server: the application on its address, in a thread of its own."""

from __future__ import annotations

import socket
import threading

import uvicorn
from starlette.types import ASGIApp

from province.errors import ServiceError

GRACE_S = 2  # for requests under way when the server ends


class WebServer:
    """Serves `app` from a thread named "web". `start` binds, so that a taken port is told at once.

    Port 0 is any that is free: `port` says which, from `start` on.
    """

    def __init__(self, app: ASGIApp, *, host: str, port: int) -> None:
        self._host = host
        self._port = port
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,  # addresses hold one-time logins
            lifespan="off",
            timeout_graceful_shutdown=GRACE_S,
            server_header=False,
            proxy_headers=False,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)
        self._socket: socket.socket | None = None

    @property
    def serving(self) -> bool:
        """Whether the thread is there. Any thread."""
        return self._thread.is_alive()

    @property
    def port(self) -> int:
        """The port it listens on, or will. Any thread."""
        return self._port

    def start(self) -> None:
        """Listen; requests are answered from now on. Raises ServiceError when the address cannot be had."""
        try:
            family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
            self._socket = socket.create_server((self._host, self._port), family=family, backlog=128)
        except OSError as error:
            raise ServiceError(
                f"web: cannot listen on {self._host} port {self._port}: {error.strerror or error};"
                " stop what uses it or change web.port"
            ) from None
        self._port = self._socket.getsockname()[1]
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """End the server after the requests under way, or after two seconds."""
        self._server.should_exit = True
        self._thread.join(timeout_s)
        if self._socket is not None:
            self._socket.close()

    def _run(self) -> None:
        assert self._socket is not None
        self._server.run(sockets=[self._socket])
