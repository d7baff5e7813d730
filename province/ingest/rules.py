"""The rules of a province by which ratings are marked: settings, never a reason to drop a rating."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time
from typing import Self

from device.clock import CHINA


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a day, in China, in which citizens are served: from `opens` until before `closes`."""

    opens: time
    closes: time

    @classmethod
    def read(cls, text: str) -> Self:
        """The hours in `text`, as `08:30-17:30`. Raises ValueError saying what is allowed."""
        parts = re.fullmatch(r"(\d\d:\d\d)-(\d\d:\d\d)", text, re.ASCII)
        try:
            opens, closes = (time.fromisoformat(part) for part in parts.groups()) if parts else (None, None)
        except ValueError:
            opens = closes = None
        if opens is None or closes is None or opens >= closes:
            raise ValueError(f"is {text!r}; allowed: two times of one day, as 08:30-17:30")
        return cls(opens, closes)

    def hold(self, at: datetime) -> bool:
        """Whether `at` (with a zone) is within them."""
        return self.opens <= at.astimezone(CHINA).time() < self.closes


@dataclass(frozen=True, slots=True)
class Rules:
    """`no_reason`: bad ratings without indicator and words are marked once settled.

    `too_fast_ms`: a level sooner after its invitation is marked. `hours` None: none are out of hours.
    """

    no_reason: bool = True
    too_fast_ms: int = 1000
    hours: Hours | None = None
