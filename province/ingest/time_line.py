"""The time line of one boot: monotonic time mapped to UTC by anchors. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

# No quartz is a thousandth off: anchors that say more than this disagree about the time, not about the rate.
MOST_DRIFT = 1e-3


@dataclass(frozen=True, slots=True)
class Anchor:
    """That it was `at` (with a zone) when the monotonic clock of the boot showed `mono_ms`."""

    mono_ms: int
    at: datetime


class TimeLine:
    """The wall time of every moment of one boot, as its anchors have it; without any, nothing is known."""

    def __init__(self, anchors: Iterable[Anchor]) -> None:
        by_mono = {anchor.mono_ms: anchor for anchor in anchors}
        self._anchors = [by_mono[mono_ms] for mono_ms in sorted(by_mono)]

    def at(self, mono_ms: int) -> datetime | None:
        """The time at `mono_ms`; None without an anchor, or where the calendar ends.

        Between two anchors in proportion, before the first and after the last at one second a second. Two
        anchors that disagree by more than any clock drifts are not averaged: the nearer one is believed.
        """
        if not self._anchors:
            return None
        place = bisect_left(self._anchors, mono_ms, key=lambda anchor: anchor.mono_ms)
        before = self._anchors[max(place - 1, 0)]
        after = self._anchors[min(place, len(self._anchors) - 1)]
        nearer = min(before, after, key=lambda anchor: abs(anchor.mono_ms - mono_ms))
        try:
            span = timedelta(milliseconds=after.mono_ms - before.mono_ms)
            if span and abs((after.at - before.at) / span - 1) <= MOST_DRIFT:
                share = (mono_ms - before.mono_ms) / (after.mono_ms - before.mono_ms)
                return before.at + (after.at - before.at) * share
            return nearer.at + timedelta(milliseconds=mono_ms - nearer.mono_ms)
        except OverflowError:
            return None
