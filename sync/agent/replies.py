"""Replies on their way: said again until the broker has passed them on to somebody."""

from __future__ import annotations

from collections import deque

from device.clock import Clock
from sync import mqtt
from sync.contract.messages import Reply

MOST = 64
AGAIN_MS = 1_000


class Replies:
    """Belongs to the agent's thread. Beyond 64 the oldest are let go: what matters is asked for again.

    A province that is not there at this moment would otherwise never learn that something was ignored.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: deque[Reply] = deque(maxlen=MOST)
        self._in_flight: dict[int, Reply] = {}
        self._again_at_ms = 0

    def put(self, reply: Reply) -> None:
        """To be said at once, once."""
        if reply not in self._waiting:
            self._waiting.append(reply)

    def due(self) -> list[Reply]:
        """What is to be said now; the caller says of each that it was `sent`, or puts it back."""
        if self._clock.mono_ms() < self._again_at_ms:
            return []
        due = list(self._waiting)
        self._waiting.clear()
        return due

    def sent(self, number: int, reply: Reply) -> None:
        """The reply was handed over under the link's `number`."""
        self._in_flight[number] = reply

    def published(self, number: int, reason: int) -> Reply | None:
        """The broker answered for the message `number`, which may be no reply; the reply it has passed on."""
        reply = self._in_flight.pop(number, None)
        if reply is None or reason >= mqtt.FIRST_FAILURE:
            return None
        if reason == mqtt.NO_MATCHING_SUBSCRIBERS:
            self.put(reply)
            self._again_at_ms = self._clock.mono_ms() + AGAIN_MS
            return None
        return reply

    def link_lost(self) -> None:
        """What the broker has not answered for is said again on the next connection."""
        for reply in self._in_flight.values():
            self.put(reply)
        self._in_flight.clear()
