"""A backlog carried off by the province: rows a second, and what the processes hold meanwhile.

Real broker, province and agents. Each line is also told as a ratio to the first.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from bench.database import DATABASES, database_at
from bench.figures import table
from bench.long_ledger import write_ledger
from bench.resident import Resident, children_of, mib
from bench.stand import Stand
from bench.uplink import Uplink
from device.clock import SystemClock
from device.errors import ChuangpingError
from device.sqlite_file import open_reader
from provisioning.demo.layout import Layout

COUNT = 100_000

_LOOKS = 10  # memory is looked at after each tenth of the rows
_LOOK_S = 0.005
_STUCK_S = 60.0  # without a receipt

_HEADS = [
    "database, agents, workers",
    "s",
    "rows/s",
    "against the first",
    "agents, MiB after a tenth",
    "at the end",
    "most",
    "province, MiB after a tenth",
    "at the end",
    "most",
]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to drain: which database, how many agents share the rows, how many workers take them."""

    database: str
    agents: int
    workers: int


WAYS = [Way(name, agents, workers) for agents in (1, 4) for name in DATABASES for workers in (1, 2)]


def measure(count: int, stand: Stand) -> str:
    """Drain `count` rows in every way."""
    return measured(count, stand, ways=WAYS)


def measured(count: int, stand: Stand, *, ways: Sequence[Way]) -> str:
    """The table of some ways."""
    rows: list[list[str]] = []
    ledgers = {agents: _ledgers(stand.folder(), count, agents) for agents in {way.agents for way in ways}}
    first: float | None = None
    for way in ways:
        folder = stand.folder()
        with database_at(way.database, folder / "province.db") as url:
            drain = _Drain(folder, ledgers[way.agents], url=url, workers=way.workers)
            took_s = drain.run()
        rate = sum(ledgers[way.agents].values()) / took_s
        first = first or rate
        figures = [f"{took_s:.1f}", f"{rate:,.0f}", f"{rate / first:.2f}×"]
        line = f"{way.database}, {way.agents}, {way.workers}"
        rows.append([line, *figures, *_memory(drain.agents), *_memory(drain.province)])
    return table(_HEADS, rows)


def _ledgers(folder: Path, count: int, number: int) -> dict[Path, int]:
    """As many ledgers, with their rows: at least one in each."""
    each = max(1, count // number)
    ledgers = {folder / f"{index}.db": each for index in range(number)}
    until = SystemClock().now().wall
    for index, (ledger, rows) in enumerate(ledgers.items()):
        write_ledger(ledger, rows, until=until, first=1 + index * each)
    return ledgers


class _Drain:
    """One drain of `ledgers`, each by an agent of its own."""

    def __init__(self, folder: Path, ledgers: dict[Path, int], *, url: str, workers: int) -> None:
        self._folder = folder
        self._ledgers = ledgers
        self._url = url
        self._workers = workers
        self.agents: list[Resident] = []
        self.province: list[Resident] = []

    def run(self) -> float:
        """Seconds from the first answer to a hello until the last receipt."""
        with ExitStack() as stack:
            uplink = stack.enter_context(Uplink(self._folder, url=self._url, workers=self._workers))
            layouts = [uplink.add_device(f"cp-bench-{index}") for index in range(len(self._ledgers))]
            province = uplink.start()
            self.agents = [Resident(uplink.start_agent(layout)) for layout in layouts]
            self.province = [Resident(pid) for pid in (province, *children_of(province))]
            receipts = [
                stack.enter_context(closing(open_reader(layout.sync_data / "sync.db"))) for layout in layouts
            ]
            # An agent without a ledger waits for one: so that all begin together, within its second.
            for layout, ledger in zip(layouts, self._ledgers, strict=True):
                _put(ledger, layout)
            return self._watch(receipts)

    def _watch(self, receipts: list[sqlite3.Connection]) -> float:
        rows, through = sum(self._ledgers.values()), 0
        moved_s = time.monotonic()
        while not any(map(_is_greeted, receipts)):
            self._check_stuck(moved_s)
            time.sleep(_LOOK_S)
        began_s = moved_s = time.monotonic()
        while through < rows:
            self._check_stuck(moved_s)
            time.sleep(_LOOK_S)
            now = sum(map(_through, receipts))
            if now > through:
                moved_s = time.monotonic()
            if now * _LOOKS // rows > through * _LOOKS // rows:
                for process in (*self.agents, *self.province):
                    process.look()
            through = now
        return moved_s - began_s

    def _check_stuck(self, moved_s: float) -> None:
        if time.monotonic() - moved_s > _STUCK_S:
            raise ChuangpingError(f"no receipt came for {_STUCK_S:g} s; see {self._folder}")


def _put(ledger: Path, layout: Layout) -> None:
    beside = layout.ledger.with_name("ratings.db.new")
    shutil.copy(ledger, beside)
    beside.rename(layout.ledger)


def _is_greeted(receipts: sqlite3.Connection) -> bool:
    return receipts.execute("SELECT 1 FROM receipts LIMIT 1").fetchone() is not None


def _through(receipts: sqlite3.Connection) -> int:
    return int(receipts.execute("SELECT coalesce(max(seq), 0) FROM watermark").fetchone()[0])


def _memory(processes: list[Resident]) -> list[str]:
    """After the first look, at the last, the most ever; a process beside the other."""
    return [
        mib(process.looks[0] for process in processes),
        mib(process.looks[-1] for process in processes),
        mib(process.most for process in processes),
    ]
