"""The HTTP server of the counter link, in a thread of its own."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import functools
import logging
import socket
import threading
from collections.abc import Callable
from typing import ParamSpec

import uvicorn
from starlette.types import ASGIApp

from device.errors import HardwareError

_log = logging.getLogger(__name__)
_P = ParamSpec("_P")

START_LIMIT_S = 10.0
STOP_LIMIT_S = 5.0
_FINISH_LIMIT_S = 2  # for responses under way when the server stops
_KEEP_ALIVE_S = 65  # longer than the usual poll of once a minute, so that polls need one connection


class HttpServer:
    """Serves `app` on `listener` over plain HTTP from one thread. For one start and one stop."""

    def __init__(self, app: ASGIApp, listener: socket.socket) -> None:
        self._listener = listener
        self._server = _Server(
            uvicorn.Config(
                app,
                loop="asyncio",
                http="h11",
                ws="none",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                log_level="critical",  # it logs every bad request, with the peer's words; faults we log
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=False,
                headers=[("cache-control", "no-store")],
                timeout_keep_alive=_KEEP_ALIVE_S,
                timeout_graceful_shutdown=_FINISH_LIMIT_S,
            )
        )
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Returns as soon as requests are served. Raises HardwareError when that does not come to be."""
        self._thread = threading.Thread(target=self._run, name="counter-http", daemon=True)
        self._thread.start()
        try:
            self._server.serving.result(START_LIMIT_S)
        except TimeoutError:
            raise HardwareError(f"the counter link did not start within {START_LIMIT_S:g} s") from None

    def post(self, callback: Callable[_P, object], *args: _P.args, **kwargs: _P.kwargs) -> None:
        """Have `callback` called soon in the server's thread. Any thread; never waits; in order.

        Without effect once the server has stopped.
        """
        loop = self._server.serving.result(0)
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(functools.partial(callback, *args, **kwargs))

    def stop(self) -> None:
        """Finish what is under way, within limits, then end the thread. Without effect when not started."""
        if self._thread is None:
            return
        self.post(self._server.end)
        self._thread.join(STOP_LIMIT_S)
        if self._thread.is_alive():
            _log.error("counter link does not end thread=%s limit_s=%g", self._thread.name, STOP_LIMIT_S)

    def _run(self) -> None:
        try:
            with asyncio.Runner() as runner:
                runner.run(self._server.serve(sockets=[self._listener]))
        finally:
            if not self._server.serving.done():
                self._server.serving.set_exception(HardwareError("the counter link's server did not start"))


class _Server(uvicorn.Server):
    """uvicorn's server, but it tells when it serves, and waits for its end instead of polling for it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serving: concurrent.futures.Future[asyncio.AbstractEventLoop] = concurrent.futures.Future()
        self._end = asyncio.Event()

    async def main_loop(self) -> None:
        await self.on_tick(0)  # puts our headers in place; without a date they never change
        self.serving.set_result(asyncio.get_running_loop())
        await self._end.wait()

    def end(self) -> None:
        """The server's thread."""
        self.should_exit = True
        self._end.set()
