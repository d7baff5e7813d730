"""The counter link over HTTP: started and stopped by the device, told of each change."""

from __future__ import annotations

import logging
import socket
from collections.abc import Collection
from typing import TYPE_CHECKING

from device.counter import InvitationStatus
from device.inbox import Inbox
from hardware.counter.listener import listen
from hardware.counter.token import checked_token

if TYPE_CHECKING:
    from hardware.counter.session import Session

_log = logging.getLogger(__name__)


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
        self._listener: socket.socket | None = None
        self._session: Session | None = None

    @property
    def url(self) -> str:
        """Where it answers, while started."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._listener.getsockname()[1] if self._listener else self._port}"

    def listen(self) -> None:
        """Take the port: who connects waits for `start`. Raises HardwareError when it is taken."""
        self._listener = listen(self._host, self._port)

    def start(self) -> None:
        """Returns when requests are answered. Takes the port, where `listen` did not; may be retried."""
        if self._listener is None:
            self.listen()
        assert self._listener is not None
        from hardware.counter.session import Session  # noqa: PLC0415 - not before the first screen

        session = Session(self._listener, token=self._token, origins=self._origins, inbox=self._inbox)
        session.start()
        self._session = session
        _log.info("counter link listens url=%s", self.url)

    def stop(self) -> None:
        """End all event streams and connections, then the thread. Without effect when not started."""
        session, self._session = self._session, None
        listener, self._listener = self._listener, None
        if session is not None:
            session.stop()
            _log.info("counter link stopped")
        if listener is not None:
            listener.close()

    def announce(self, status: InvitationStatus) -> None:
        """Tell every event stream that an invitation's state changed. Any thread; never waits.

        Called by the device loop in order with its replies, no reader misses a change or learns it twice.
        """
        session = self._session
        if session is not None:
            session.publish(status)
