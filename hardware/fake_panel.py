"""A key panel without wires: its keys are pressed by calling it, its lamps are looked at."""

from __future__ import annotations

from device.clock import Clock
from device.events import KeyDown, KeyUp, PanelCondition
from device.inbox import Inbox
from hardware.condition_report import ConditionReport
from hardware.key_panel import KEYS, PanelCounters
from hardware.sentence import BeepSentence, LampSentence


class FakePanel:
    """A KeyPanel for tests and for trying a device without keys. No thread; call it from one at a time.

    `lamps`: the mask of the lamps that are lit. `beeps`: how long each sound was, in milliseconds.
    """

    def __init__(self, inbox: Inbox, clock: Clock) -> None:
        self._inbox = inbox
        self._clock = clock
        self._report = ConditionReport("fake", inbox, clock)
        self._started = False
        self._connected = True
        self._mask = 0
        self.beeps: list[int] = []

    @property
    def lamps(self) -> int:
        """The mask of the lamps that are lit now: those of a panel that is cut off are dark."""
        return self._mask if self._started and self._connected else 0

    @property
    def counters(self) -> PanelCounters:
        """All 0: a call is never misheard."""
        return PanelCounters()

    def start(self) -> None:
        """Begin to listen."""
        self._started = True
        if not self._connected:
            self.lose()

    def stop(self) -> None:
        """No more events. Harmless twice."""
        self._started = False

    def light(self, mask: int) -> None:
        """Light exactly the lamps in `mask`."""
        self._mask = LampSentence(mask).mask

    def beep(self, ms: int) -> None:
        """Sound for `ms` milliseconds."""
        sentence = BeepSentence(ms)
        if self._started and self._connected:
            self.beeps.append(sentence.ms)

    def press(self, key: int) -> None:
        """`key` (1 to 5) goes down. Without effect while the panel is lost or not started."""
        self._require(key)
        if self._started and self._connected:
            self._inbox.put(KeyDown(key, self._clock.mono_ms()))

    def release(self, key: int) -> None:
        """`key` (1 to 5) comes up. Without effect while the panel is lost or not started."""
        self._require(key)
        if self._started and self._connected:
            self._inbox.put(KeyUp(key, self._clock.mono_ms()))

    def lose(self) -> None:
        """The line is cut."""
        self._connected = False
        if self._started:
            self._report.tell(PanelCondition.LOST, "lost on request")

    def come_back(self) -> None:
        """The line is whole again."""
        self._connected = True
        if self._started:
            self._report.tell(PanelCondition.OK, "back on request")

    @staticmethod
    def _require(key: int) -> None:
        if key not in range(1, KEYS + 1):
            raise ValueError(f"a panel has no key {key}: 1 to {KEYS}")
