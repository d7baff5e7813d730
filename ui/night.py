"""The hours in which a hall is dark. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from device.clock import CHINA, Moment


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
