"""The health of a key panel as it may leave the device: well or suspect, and presses by the day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from device.events import PanelCondition

KEYS = 5


@dataclass(frozen=True, slots=True)
class DayTotals:
    """How often keys 1 to 5 went down on `day`, whatever became of the presses."""

    day: date
    presses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KeyHealth:
    """What is known of a panel since the start. `finished`: the newest day that is over.

    Totals are told by the day and only when it is over: a total that grew by one with each rating would tell
    the rating.
    """

    condition: PanelCondition = PanelCondition.OK
    heard: bool = False
    finished: DayTotals | None = None
    running: DayTotals | None = None

    def told(self, *, proven: bool, doubted: bool) -> str | None:
        """`state`, in the light of whether each key was `proven` once and is `doubted` since."""
        if doubted:
            return "suspect"
        return "ok" if self.state is None and proven else self.state

    @property
    def state(self) -> str | None:
        """ "ok" or "suspect", of the panel as a whole; None before anything was heard of it."""
        if self.condition is not PanelCondition.OK:
            return "suspect"
        return "ok" if self.heard else None

    def pressed(self, key: int, day: date) -> KeyHealth:
        """`key` (1 to 5) went down on `day`."""
        now = self.on(day)
        before = now.running.presses if now.running else (0,) * KEYS
        presses = tuple(count + (n == key) for n, count in enumerate(before, start=1))
        return replace(now, heard=True, running=DayTotals(day, presses))

    def changed(self, condition: PanelCondition) -> KeyHealth:
        """The panel said that it is otherwise."""
        return replace(self, condition=condition, heard=True)

    def on(self, day: date) -> KeyHealth:
        """As it is on `day`: a day that was counted before is over."""
        if self.running is None or self.running.day == day:
            return self
        return replace(self, finished=self.running, running=None)
