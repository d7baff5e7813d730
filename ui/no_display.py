"""A display that shows nothing, for devices of keys, lamps and voice alone."""

from __future__ import annotations

import queue

from device.clock import Clock
from device.events import BEAT_S, Beat, Drawn
from device.inbox import Inbox
from device.snapshot import Snapshot


class NoDisplay:
    """A `device.snapshot.Display`. A screen counts as drawn when it was taken: lamps and voice tell of it."""

    def __init__(self, *, inbox: Inbox, clock: Clock) -> None:
        self._inbox = inbox
        self._clock = clock
        self._numbers: queue.SimpleQueue[int | None] = queue.SimpleQueue()

    def show(self, snapshot: Snapshot) -> None:
        self._numbers.put(snapshot.number)

    def run(self) -> None:
        """Acknowledge until `stop`."""
        while True:
            try:
                number = self._numbers.get(timeout=BEAT_S)
            except queue.Empty:
                self._inbox.put(Beat(self._clock.mono_ms()))
                continue
            if number is None:
                return
            self._inbox.put(Drawn(number, self._clock.mono_ms()))

    def stop(self) -> None:
        self._numbers.put(None)
