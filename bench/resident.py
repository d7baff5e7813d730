"""The resident memory of processes, looked at while they work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Resident:
    """Memory of one process in KiB: at each look, and the `most` it ever was until the last look."""

    pid: int
    looks: list[int] = field(default_factory=list)
    most: int = 0

    def look(self) -> None:
        """How much is resident now, and was at most, by the kernel's count."""
        status = Path(f"/proc/{self.pid}/status").read_text("ascii", "replace").splitlines()
        sizes = {name: value.split()[:1] for name, _, value in (line.partition(":") for line in status)}
        self.looks.append(int(sizes["VmRSS"][0]))
        self.most = int(sizes["VmHWM"][0])


def children_of(pid: int) -> list[int]:
    """The processes that the main thread of `pid` has started and that are there."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def mib(sizes_kib: Iterable[int]) -> str:
    """Sizes in MiB, one beside the other."""
    return " + ".join(f"{size / 1024:.0f}" for size in sizes_kib)
