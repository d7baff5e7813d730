"""Holding back equal alarms, so that whoever causes them does not also cause a disk write each. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from province.ingest.alarm import Raised

EVERY_MS = 10_000
# Distinct alarms remembered; past this the next is written at once, as if there were no throttle.
MOST = 1_000


@dataclass(slots=True)
class _Held:
    written_ms: int
    times: int


class AlarmThrottle:
    """Says when each alarm is to be written: the first at once, equal ones together every ten seconds."""

    def __init__(self) -> None:
        self._held: dict[Raised, _Held] = {}

    def is_first(self, raised: Raised, now_ms: int) -> bool:
        """Whether to write this one now, once; otherwise it is held and counted."""
        held = self._held.get(raised)
        if held is not None:
            held.times += 1
            return False
        if len(self._held) < MOST:
            self._held[raised] = _Held(now_ms, 0)
        return True

    def is_due(self, now_ms: int) -> bool:
        """Whether any was held long enough."""
        return any(now_ms - held.written_ms >= EVERY_MS for held in self._held.values())

    def take_due(self, now_ms: int) -> list[tuple[Raised, int]]:
        """Each alarm that was held long enough, with its number; what came no more is forgotten."""
        due = [(raised, held) for raised, held in self._held.items() if now_ms - held.written_ms >= EVERY_MS]
        for raised, held in due:
            if held.times:
                self._held[raised] = _Held(now_ms, 0)
            else:
                del self._held[raised]
        return [(raised, held.times) for raised, held in due if held.times]
