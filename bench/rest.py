"""What each process holds and uses while nobody is served: memory, processor, wake-ups, bytes to the disk."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from bench.figures import table
from bench.stand import Stand

COUNT = 30  # seconds

_SETTLE_S = 4.0  # a screen looks for touches often for 2 s after its last change


@dataclass(frozen=True, slots=True)
class _Use:
    """What a process has used since it began: processor, times it went to sleep, bytes it had written."""

    processor_ns: int
    sleeps: int
    written_bytes: int

    @classmethod
    def of(cls, pid: int) -> _Use:
        """Of all its threads that are there now."""
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return cls(
            sum(int((task / "schedstat").read_text("ascii").split()[0]) for task in tasks),
            sum(_field(task / "status", "voluntary_ctxt_switches") for task in tasks),
            _field(Path(f"/proc/{pid}/io"), "write_bytes"),
        )


def measure(count: int, stand: Stand) -> str:
    """Watch the processes of the demo for `count` seconds of rest, some time after a visit."""
    demo = stand.demo()
    time.sleep(_SETTLE_S)
    before = {name: _Use.of(pid) for name, pid in demo.pids.items()}
    begun_ns = time.monotonic_ns()
    time.sleep(count)
    after = {name: _Use.of(pid) for name, pid in demo.pids.items()}
    lasted_s = (time.monotonic_ns() - begun_ns) / 1e9
    rows = [
        [name, *_memory(pid), *_used(before[name], after[name], lasted_s)] for name, pid in demo.pids.items()
    ]
    return table(
        [
            "process",
            "RSS, MiB",
            "PSS, MiB",
            "most RSS, MiB",
            "threads",
            "% of a core",
            "wake-ups a second",
            f"kB written in {count} s",
        ],
        rows,
    )


def _memory(pid: int) -> list[str]:
    """Resident, its fair share of what is shared, the most ever resident; the number of threads."""
    process = Path(f"/proc/{pid}")
    kib = [_field(process / "smaps_rollup", "Rss"), _field(process / "smaps_rollup", "Pss")]
    kib.append(_field(process / "status", "VmHWM"))
    return [*(f"{number / 1024:.0f}" for number in kib), str(_field(process / "status", "Threads"))]


def _used(before: _Use, after: _Use, lasted_s: float) -> list[str]:
    return [
        f"{(after.processor_ns - before.processor_ns) / 1e7 / lasted_s:.2f}",
        f"{(after.sleeps - before.sleeps) / lasted_s:.0f}",
        f"{(after.written_bytes - before.written_bytes) / 1000:.0f}",
    ]


def _field(path: Path, name: str) -> int:
    """The number after `name:` in a file of /proc."""
    for line in path.read_text("ascii", "replace").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise AssertionError(f"{path} has no {name}")
