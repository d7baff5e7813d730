"""Whether a panel loses presses: by its own counts, over a day, never by which keys. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

SLIPS = 3
"""So many lost presses or counts begun anew within a day are no knock against a cable."""

DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class KeySuspicion:
    """What is thought of a panel. `counted`: its slips at `since_ms`, when the day in question began."""

    counted: int = 0
    since_ms: int = 0
    until_ms: int = 0

    def after(self, slips: int, now_ms: int) -> KeySuspicion:
        """With `slips`, counted since the panel was opened, at monotonic `now_ms`."""
        if slips - self.counted >= SLIPS:
            return KeySuspicion(slips, now_ms, now_ms + DAY_MS)
        if now_ms - self.since_ms >= DAY_MS:
            return replace(self, counted=slips, since_ms=now_ms)
        return self

    def is_on(self, now_ms: int) -> bool:
        """Whether somebody should look at the panel. A day without further slips ends it."""
        return now_ms < self.until_ms
