"""Whether wall time can be believed, and by whose word. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from device.clock import Belief, Moment
from device.province_time import Anchor, expected, tolerance

RELEASED_AT = datetime(2026, 11, 1, tzinfo=UTC)
"""No day before this one can be today: set anew with each release."""

_LATE = timedelta(seconds=30)  # by so much a busy agent, or its network, may have held a receipt up


def judge(reading: Moment, *, kernel: bool, anchor: Anchor | None, floor: datetime, before: Belief) -> Belief:
    """The belief that goes with `reading`, the machine's own clocks now.

    `kernel`: it holds its clock to be set by a time service. `anchor`: the province's time as best known;
    one of this boot has the last word. `floor`: no time before it is possible. `before`: what was
    believed; kept where nothing speaks against it, so that times do not jitter.
    """
    if anchor is not None and anchor.boot == reading.boot:
        told = expected(anchor, reading.mono_ms)
        allowed = tolerance(anchor, reading.mono_ms)
        ahead = reading.wall - told
        # A time service's word that is a little ahead stands: it may be the receipt that came late.
        if -allowed < ahead < allowed + (_LATE if kernel else timedelta(0)):
            return Belief("trusted", "kernel" if kernel else "receipt")
        running = None if before.epoch is None else before.epoch + timedelta(milliseconds=reading.mono_ms)
        if running is not None and abs(running - told) < allowed:
            return Belief("trusted", "receipt", before.epoch)
        return Belief("trusted", "receipt", _epoch(told, reading.mono_ms))
    if kernel and reading.wall >= floor:
        return Belief("trusted", "kernel")
    # A clock that nobody vouches for may be set by hand at any moment: within a boot it goes on evenly.
    return Belief("unknown", "none", before.epoch or _epoch(reading.wall, reading.mono_ms))


def _epoch(wall: datetime, mono_ms: int) -> datetime:
    return wall - timedelta(milliseconds=mono_ms)
