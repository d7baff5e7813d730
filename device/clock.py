"""The clock port: time is an argument, and only this file asks the system for it."""

from __future__ import annotations

import ctypes
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Protocol

_TIME_ERROR = 5  # adjtimex: "clock not synchronised"
CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Moment:
    """One reading of the clock. `mono_ms` orders within `boot`; `wall` is only as good as `quality`."""

    mono_ms: int
    wall: datetime
    boot: str
    quality: str  # "trusted" or "unknown" (an open enumeration on the wire)
    source: str = "none"  # by whose word: "kernel", "receipt" or "none"

    @property
    def wall_text(self) -> str:
        """`wall` as on the wire: RFC 3339 with milliseconds, China's offset."""
        return wall_text(self.wall)


def wall_text(wall: datetime) -> str:
    """RFC 3339 with milliseconds in China's zone: `2026-11-22T10:15:02.113+08:00`."""
    return wall.astimezone(CHINA).isoformat(timespec="milliseconds")


class Clock(Protocol):
    """What the product asks of time."""

    def mono_ms(self) -> int:
        """Milliseconds since boot, never going back, not stopped by a change of the wall clock."""
        ...

    def now(self) -> Moment:
        """One whole reading."""
        ...


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed of wall time: `quality`, by whose word (`source`).

    `epoch`: the wall time at monotonic 0 of this boot, where the machine's own wall clock is not used.
    """

    quality: str = "unknown"
    source: str = "none"
    epoch: datetime | None = None


class JudgedClock(Clock, Protocol):
    """A clock that somebody judges: who learns whether wall time can be believed, and what it is."""

    @property
    def belief(self) -> Belief:
        """What `now` goes by."""
        ...

    def machine(self) -> Moment:
        """One whole reading of the machine's own clocks, whatever is believed."""
        ...

    def believe(self, belief: Belief) -> None:
        """Go by `belief` from now on."""
        ...


class SystemClock:
    """The machine's own clock, corrected by what is believed of it. Judged by one thread, read by any."""

    def __init__(self) -> None:
        self.boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip().replace("-", "")
        self.belief = Belief()

    def mono_ms(self) -> int:
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000

    def now(self) -> Moment:
        belief, reading = self.belief, self.machine()
        wall = (
            reading.wall if belief.epoch is None else belief.epoch + timedelta(milliseconds=reading.mono_ms)
        )
        return Moment(reading.mono_ms, wall, self.boot, belief.quality, belief.source)

    def machine(self) -> Moment:
        return Moment(self.mono_ms(), datetime.now(UTC), self.boot, self.belief.quality)

    def believe(self, belief: Belief) -> None:
        self.belief = belief


def kernel_synchronised() -> bool:
    """Whether the kernel holds its clock to be set by a time service (STA_UNSYNC is clear, adjtimex(2))."""
    buffer = ctypes.create_string_buffer(512)  # struct timex with room: modes 0 only reads
    status: int = ctypes.CDLL(None).adjtimex(buffer)
    return status != _TIME_ERROR


@dataclass(slots=True)
class FakeClock:
    """A clock that tests move by hand; wall time follows the monotonic one."""

    boot: str = "a1b2c3d4e5f60718293a4b5c6d7e8f90"
    belief: Belief = field(default_factory=lambda: Belief("trusted", "kernel"))
    _mono_ms: int = 100_000
    _wall: datetime = field(default_factory=lambda: datetime(2026, 11, 22, 2, 15, tzinfo=UTC))

    def mono_ms(self) -> int:
        return self._mono_ms

    def now(self) -> Moment:
        epoch, belief = self.belief.epoch, self.belief
        wall = self._wall if epoch is None else epoch + timedelta(milliseconds=self._mono_ms)
        return Moment(self._mono_ms, wall, self.boot, belief.quality, belief.source)

    def machine(self) -> Moment:
        return Moment(self._mono_ms, self._wall, self.boot, self.belief.quality)

    def believe(self, belief: Belief) -> None:
        self.belief = belief

    def set_wall(self, wall: datetime) -> None:
        """As somebody, or a time service, sets the machine's wall clock."""
        self._wall = wall

    def advance(self, ms: int) -> None:
        self._mono_ms += ms
        self._wall += timedelta(milliseconds=ms)
