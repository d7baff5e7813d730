"""What a serial panel has told since its line was opened: bytes in, key events out, and how the panel is."""

from __future__ import annotations

from dataclasses import replace

from device.events import KeyDown, KeyUp, PanelCondition
from hardware.held_keys import HeldKeys
from hardware.key_panel import PanelCounters
from hardware.panel_count import PanelCount
from hardware.sentence import HeartbeatSentence, KeySentence, PanelSentence, Stroke
from hardware.sentence_stream import SentenceStream

HEARTBEAT_AWAY_MS = 15_000
"""Three heartbeats missed; a panel that never sent one need not."""


class PanelSession:
    """Pure: time comes in with the bytes. A new one begins with each opening of the line."""

    def __init__(self) -> None:
        self._stream = SentenceStream()
        self._count = PanelCount()
        self._held = HeldKeys()
        self._heartbeat_at_ms: int | None = None

    @property
    def counters(self) -> PanelCounters:
        """What was no new press so far."""
        return replace(
            self._stream.counters,
            repeats=self._count.repeats,
            lost_presses=self._count.lost_presses,
            restarts=self._count.restarts,
        )

    def feed(self, data: bytes, at_ms: int) -> list[KeyDown | KeyUp]:
        """The presses and releases that `data`, read at `at_ms` (monotonic), tells. Never raises."""
        events = (self._hear(sentence, at_ms) for sentence in self._stream.feed(data))
        return [event for event in events if event is not None]

    def due_ms(self) -> int | None:
        """Never: a sentence needs no time to be understood."""
        return None

    def condition(self, at_ms: int) -> tuple[PanelCondition, str]:
        """How the panel is at `at_ms`, and why, for the log."""
        if self._heartbeat_at_ms is not None and at_ms - self._heartbeat_at_ms >= HEARTBEAT_AWAY_MS:
            return PanelCondition.LOST, "no heartbeat for 15 s: check the panel and its cable"
        if self._held.is_any_stuck(at_ms):
            return PanelCondition.STUCK, "a key has been down for 30 s: free it"
        return PanelCondition.OK, "the panel answers, no key is stuck"

    def _hear(self, sentence: PanelSentence, at_ms: int) -> KeyDown | KeyUp | None:
        restarts = self._count.restarts
        event: KeyDown | KeyUp | None = None
        match sentence:
            case HeartbeatSentence(counts):
                self._heartbeat_at_ms = at_ms
                self._count.heartbeat(counts)
            case KeySentence(key, Stroke.DOWN, count):
                if self._count.is_press(key, count):
                    event = KeyDown(key, at_ms)
            case KeySentence(key, Stroke.UP, _):
                # The count of a release says nothing that the next press or heartbeat does not.
                if self._held.up(key):
                    event = KeyUp(key, at_ms)
        if self._count.restarts != restarts:
            self._held.forget()
        if isinstance(event, KeyDown):
            self._held.down(event.key, at_ms)
        return event
