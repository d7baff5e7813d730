"""The serving part of the counter link: with it comes all of HTTP, which takes long to import."""

from __future__ import annotations

import socket
from collections.abc import Collection

from device.counter import InvitationStatus
from device.inbox import Inbox
from hardware.counter.app import counter_app
from hardware.counter.calls import Calls
from hardware.counter.server import HttpServer
from hardware.counter.streams import Streams


class Session:
    """Serves on `listener` from one `start` to one `stop`; the rest as for CounterLink."""

    def __init__(
        self, listener: socket.socket, *, token: str, origins: Collection[str], inbox: Inbox
    ) -> None:
        self.calls = Calls(inbox)
        self.streams = Streams()
        app = counter_app(calls=self.calls, streams=self.streams, token=token, origins=origins)
        self.server = HttpServer(app, listener)

    def start(self) -> None:
        """As HttpServer.start."""
        self.server.start()

    def publish(self, status: InvitationStatus) -> None:
        """Tell every event stream. Any thread; never waits."""
        self.server.post(self.streams.publish, status)

    def stop(self) -> None:
        """End all event streams and connections, then the thread."""
        self.server.post(self.calls.close)
        self.server.post(self.streams.close)
        self.server.stop()
