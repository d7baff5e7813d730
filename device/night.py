"""The hours in which a hall is dark. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from device.clock import CHINA, Moment
from device.settings import UiSection


@dataclass(frozen=True, slots=True)
class Night:
    """From `start` until `end`, by China's clock; over midnight when `end` is the earlier one."""

    start: time
    end: time

    def holds(self, now: Moment) -> bool:
        """Whether it is night. A device that does not know the time knows no night."""
        if now.quality != "trusted":
            return False
        hour = now.wall.astimezone(CHINA).time()
        if self.start < self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end


def night_of(section: UiSection) -> Night | None:
    """The night that `section` sets, or None."""
    if section.night_from is None or section.night_to is None:
        return None
    return Night(time.fromisoformat(section.night_from), time.fromisoformat(section.night_to))
