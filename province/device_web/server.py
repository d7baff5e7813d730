"""The HTTPS server for devices: certificates by the province's CA, asked for and not required."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from device.errors import ConfigError
from province.device_web.certified import CertifiedProtocol
from province.errors import ServiceError

GRACE_S = 2  # for requests under way when the server ends
MOST_CONNECTIONS = 256


def server_context(*, ca: Path, certificate: Path, key: Path) -> ssl.SSLContext:
    """TLS 1.2 or later; a client's certificate must be by `ca`, but there need be none.

    A device that enrols has none yet: each route says whether it needs one. Raises ConfigError.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_OPTIONAL
    try:
        context.load_cert_chain(certificate, key)
        context.load_verify_locations(ca)
    except OSError as error:
        raise ConfigError(
            [
                f"device_web.certificate, device_web.key: {certificate}, {key}: cannot be used: {error};"
                " run `chuangping province init` again"
            ]
        ) from None
    return context


class DeviceServer:
    """Serves `app` from a thread named "device-web". `start` binds, so that a taken port is told at once."""

    def __init__(self, app: ASGIApp, *, host: str, port: int, context: ssl.SSLContext) -> None:
        self._host = host
        self._port = port
        config = uvicorn.Config(
            app,
            http=CertifiedProtocol,
            ws="none",
            ssl_context_factory=lambda *_: context,
            headers=[("connection", "close")],  # a device comes once a day: nobody waits on a line
            limit_concurrency=MOST_CONNECTIONS,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=GRACE_S,
            server_header=False,
            proxy_headers=False,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="device-web", daemon=True)
        self._socket: socket.socket | None = None

    @property
    def serving(self) -> bool:
        """Whether the thread is there. Any thread."""
        return self._thread.is_alive()

    @property
    def port(self) -> int:
        """The port that is listened on, once started."""
        assert self._socket is not None
        return int(self._socket.getsockname()[1])

    def start(self) -> None:
        """Listen; requests are answered from now on. Raises ServiceError when the address cannot be had."""
        try:
            family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
            self._socket = socket.create_server((self._host, self._port), family=family, backlog=128)
        except OSError as error:
            raise ServiceError(
                f"device_web: cannot listen on {self._host} port {self._port}: {error.strerror or error};"
                " stop what uses it or change device_web.port"
            ) from None
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """End the server after the requests under way, or after two seconds."""
        self._server.should_exit = True
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        if self._socket is not None:
            self._socket.close()

    def _run(self) -> None:
        assert self._socket is not None
        self._server.run(sockets=[self._socket])
