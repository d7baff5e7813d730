"""The counter link over HTTP: started and stopped by the device, told of each change."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass

from device.counter import InvitationStatus
from device.inbox import Inbox
from hardware.counter.app import counter_app
from hardware.counter.bearer import checked_token
from hardware.counter.calls import Calls
from hardware.counter.server import HttpServer
from hardware.counter.streams import Streams

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Session:
    """What lives from one start to the next stop."""

    server: HttpServer
    calls: Calls
    streams: Streams
    port: int


class CounterLink:
    """Answers the counter on `host`:`port`, for those who carry `token`.

    Every request becomes one CounterCall in `inbox`; the link itself knows nothing of visits, and learns
    only CounterAnswer values. Its one thread, `counter-http`, only enqueues.
    `origins`: web origins whose pages may call. `port` 0 takes a free one.
    Raises ConfigError for a token that no header can carry.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        token: str,
        origins: Collection[str],
        inbox: Inbox,
    ) -> None:
        self._host = host
        self._port = port
        self._token = checked_token(token)
        self._origins = tuple(origins)
        self._inbox = inbox
        self._session: _Session | None = None

    @property
    def url(self) -> str:
        """Where it answers, while started."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port if self._session is None else self._session.port}"

    def start(self) -> None:
        """Returns when requests are answered. Raises HardwareError when the port is taken; may be retried."""
        calls = Calls(self._inbox)
        streams = Streams()
        app = counter_app(calls=calls, streams=streams, token=self._token, origins=self._origins)
        server = HttpServer(app, host=self._host, port=self._port)
        self._session = _Session(server, calls, streams, server.start())
        _log.info("counter link listens url=%s", self.url)

    def stop(self) -> None:
        """End all event streams and connections, then the thread. Without effect when not started."""
        session, self._session = self._session, None
        if session is None:
            return
        session.server.post(session.calls.close)
        session.server.post(session.streams.close)
        session.server.stop()
        _log.info("counter link stopped")

    def announce(self, status: InvitationStatus) -> None:
        """Tell every event stream that an invitation's state changed. Any thread; never waits.

        Called by the device loop in order with its replies, no reader misses a change or learns it twice.
        """
        session = self._session
        if session is not None:
            session.server.post(session.streams.publish, status)
