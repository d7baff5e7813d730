"""What one row costs the disk: fsyncs and bytes, with checkpoints and without, for several page sizes."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import dropwhile, takewhile
from pathlib import Path

from bench.answering_process import answer_of
from bench.appending_process import BEGIN, END
from bench.figures import table
from bench.stand import Stand
from bench.system_calls import Call, calls, strace

COUNT = 1000

_BEFORE_FOR_EACH = 2  # rows written first for each one counted: a tree is cheap to write while it is small


@dataclass(frozen=True, slots=True)
class _Cost:
    """Of all that was written: syncs and bytes of the log beside the file, and of the file itself."""

    wal_syncs: int
    wal_bytes: int
    file_syncs: int
    file_bytes: int
    dirtied_bytes: int

    def cells(self, count: int) -> list[str]:
        """For one of `count`."""
        return [
            f"{self.wal_syncs / count:.3f}",
            f"{(self.wal_syncs + self.file_syncs) / count:.3f}",
            f"{self.wal_bytes / count / 1000:.2f}",
            f"{(self.wal_bytes + self.file_bytes) / count / 1000:.2f}",
            f"{self.dirtied_bytes / count / 1000:.1f}",
        ]


def measure(count: int, stand: Stand) -> str:
    """Trace a process that writes `count`, for each way of writing."""
    ways: dict[str, list[str]] = {"a row, the product's ledger": []}
    ways |= {f"a row, pages of {size}": ["--page-size", str(size)] for size in (512, 1024, 2048, 4096)}
    ways["an invitation and its end (device.db)"] = ["--invitations"]
    costs = {name: _cost(stand.folder(), count, arguments) for name, arguments in ways.items()}
    return table(
        [
            "for one",
            "fsyncs, log",
            "fsyncs with checkpoints",
            "kB, log",
            "kB with checkpoints",
            "kB in whole 4 KiB pages",
        ],
        [[name, *cost.cells(count)] for name, cost in costs.items()],
    )


def _cost(folder: Path, count: int, arguments: list[str]) -> _Cost:
    output = folder / "trace"
    command = [
        sys.executable,
        "-m",
        "bench.appending_process",
        "--folder",
        str(folder),
        "--count",
        str(count),
    ]
    before = str(_BEFORE_FOR_EACH * count)
    answer = answer_of(strace(output, *command, "--before", before, *arguments))
    counted = list(_between_marks(calls(output)))
    wal = [call for call in counted if call.path.endswith("-wal")]
    file = [call for call in counted if call.path.endswith(".db")]
    return _Cost(
        wal_syncs=sum(call.syncs for call in wal),
        wal_bytes=sum(call.written for call in wal),
        file_syncs=sum(call.syncs for call in file),
        file_bytes=sum(call.written for call in file),
        dirtied_bytes=answer["dirtied_bytes"],
    )


def _between_marks(all_calls: Iterable[Call]) -> Iterable[Call]:
    begun = dropwhile(lambda call: not call.path.endswith(f"/{BEGIN}"), all_calls)
    return takewhile(lambda call: not call.path.endswith(f"/{END}"), begun)
