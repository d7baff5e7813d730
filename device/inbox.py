"""The inbox of the device loop: every feeder puts stamped events in, only the loop takes them out."""

from __future__ import annotations

import queue

from device.events import Event


class Inbox:
    """A thread-safe queue of events, in the order in which they were put in."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Event] = queue.SimpleQueue()

    def put(self, event: Event) -> None:
        """Any thread; never waits."""
        self._queue.put(event)

    def get(self, timeout_s: float | None) -> Event | None:
        """The next event, or None when `timeout_s` seconds passed without one."""
        try:
            return self._queue.get(timeout=timeout_s)
        except queue.Empty:
            return None
