"""The agent's line to the broker: up when it is time for it, and given up when it fails."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from typing import Protocol

from device.clock import Clock
from device.errors import SyncError
from sync import mqtt
from sync.agent.post import Letter
from sync.agent.state_log import StateLog
from sync.backoff import Backoff

_CONNECT_S = 10.0
_EVENTS_A_TURN = 64  # so that a flood of them cannot keep the loop from the ledger


class Link(Protocol):
    """What the agent asks of a link to the broker; MqttLink is one."""

    def connect(self, timeout_s: float) -> None: ...
    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> int: ...
    def close(self) -> None: ...


OpenLink = Callable[[mqtt.Will, Callable[[mqtt.LinkEvent], None]], Link]
"""Makes an unconnected link with this will, which puts its events out to this."""


class Line:
    """One link after the other. Belongs to the agent's thread, but for what says otherwise."""

    def __init__(self, *, open_link: OpenLink, clock: Clock, backoff: Backoff, said: StateLog) -> None:
        self._open_link = open_link
        self._clock = clock
        self._backoff = backoff
        self._said = said
        self._link: Link | None = None
        self._events: queue.SimpleQueue[mqtt.LinkEvent | None] = queue.SimpleQueue()
        self._connect_at_ms = 0
        self.connecting = False
        """In a connect, which may take some seconds."""

    @property
    def is_up(self) -> bool:
        """Whether there is a link. It may be gone by now, and an event on its way that says so."""
        return self._link is not None

    def is_due(self, now_ms: int) -> bool:
        """Whether it is time to connect again."""
        return now_ms >= self._connect_at_ms

    def connect(self, will: mqtt.Will) -> bool:
        """Whether there is a link now; without one it is tried again after a while."""
        events: queue.SimpleQueue[mqtt.LinkEvent | None] = queue.SimpleQueue()
        link = self._open_link(will, events.put)
        self.connecting = True
        try:
            link.connect(_CONNECT_S)
        except SyncError as error:
            self._said.trouble("link", f"not connected: {error}")
            self._wait()
            return False
        finally:
            self.connecting = False
        self._said.well("link", "connected")
        self._link, self._events = link, events  # what an old link left in its queue is gone with it
        return True

    def is_well(self) -> None:
        """The province has answered: the next wait is the shortest again."""
        self._backoff.reset()

    def drop(self, why: str) -> None:
        """Give up the link, and wait a while before the next."""
        self._said.trouble("link", f"lost: {why}")
        self.close()
        self._wait()

    def close(self) -> None:
        """Close the link, if there is one."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def wake(self) -> None:
        """End a wait for events. Any thread, or a signal handler."""
        self._events.put(None)

    def events(self, timeout_s: float) -> Iterator[mqtt.LinkEvent]:
        """What the link puts out: waits for the first, then a limited number of those already there."""
        try:
            events = [self._events.get(timeout=timeout_s)]
        except queue.Empty:
            return
        while len(events) <= _EVENTS_A_TURN and not self._events.empty():
            events.append(self._events.get())
        yield from (event for event in events if event is not None)

    def hand_over(self, letter: Letter, *, retain: bool = False) -> int | None:
        """The link's number for the message, None when there is no connection."""
        if self._link is None:
            return None
        try:
            return self._link.publish(letter.topic, letter.payload, retain=retain)
        except SyncError:
            return None  # the link puts out that it is gone, and why

    def _wait(self) -> None:
        self._connect_at_ms = self._clock.mono_ms() + round(self._backoff.next_s() * 1000)
