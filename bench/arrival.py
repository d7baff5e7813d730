"""From a press to its row in the ledger, at the province over TLS, and receipted: every process its own."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from bench.figures import FIGURE_HEADS, Figures, table
from bench.press import WINDOW_MS
from bench.running_demo import LOOK_S, RunningDemo, last_seq
from bench.stand import Stand
from device.errors import ChuangpingError
from device.sqlite_file import open_reader

COUNT = 200

_BLOCK = 10  # presses with the agent running, then as many with it stopped, and so on
_WITHIN_S = 60.0


def measure(count: int, stand: Stand) -> str:
    """Press `count` times with the agent running, and `count` times while it is stopped (SIGSTOP)."""
    running: list[_Arrival] = []
    stopped: list[_Arrival] = []
    demo = stand.demo()
    with ExitStack() as stack:
        files = _Files(demo, stack)
        agent = demo.pids["sync"]
        while len(stopped) < count:
            block = min(_BLOCK, count - len(stopped))
            running += [_press_once(demo, files, to_province=True) for _ in range(block)]
            os.kill(agent, signal.SIGSTOP)
            try:
                stopped += [_press_once(demo, files, to_province=False) for _ in range(block)]
            finally:
                os.kill(agent, signal.SIGCONT)
            files.await_receipt()
    lines = {
        "row readable in the ledger": [a.ledger_ms for a in running],
        f"the same, after the {WINDOW_MS} ms that a press waits": [a.ledger_ms - WINDOW_MS for a in running],
        "row committed at the province": [a.province_ms for a in running],
        "receipt in the agent's sync.db": [a.receipt_ms for a in running],
        "from the ledger to the province": [a.province_ms - a.ledger_ms for a in running],
    }
    with_agent, without = (Figures.of([a.ledger_ms for a in found]) for found in (running, stopped))
    return "\n".join(
        [
            table(
                ["ms after the byte was written", *FIGURE_HEADS],
                [[name, *Figures.of(samples).cells()] for name, samples in lines.items()],
            ),
            "",
            table(
                ["ms to the row in the ledger", *FIGURE_HEADS, "against the agent stopped"],
                [
                    ["agent running", *with_agent.cells(), with_agent.times(without)],
                    ["agent stopped", *without.cells(), ""],
                ],
            ),
        ]
    )


class _Arrival:
    """When one press arrived where, in ms after its byte was written; 0 where nobody waited for it."""

    def __init__(self) -> None:
        self.ledger_ms = 0.0
        self.province_ms = 0.0
        self.receipt_ms = 0.0


class _Files:
    """The last row in the device's ledger, at the province and in the agent's receipts. One thread."""

    def __init__(self, demo: RunningDemo, stack: ExitStack) -> None:
        def reader(path: Path) -> sqlite3.Connection:
            return stack.enter_context(closing(open_reader(path)))

        self._ledger = reader(demo.layout.ledger)
        self._province = reader(demo.layout.province / "province.db")
        self._sync = reader(demo.layout.sync_data / "sync.db")

    def ledger(self) -> int:
        """The last seq that is committed here."""
        return last_seq(self._ledger)

    def province(self) -> int:
        """The last seq that the province has committed."""
        return _number(self._province, "SELECT max(seq) FROM ratings")

    def receipt(self) -> int:
        """The last seq that the agent has a receipt for."""
        return _number(self._sync, "SELECT max(seq) FROM watermark")

    def await_receipt(self) -> None:
        """Wait until all that was pressed is receipted."""
        seq = self.ledger()
        _await(lambda: self.receipt() >= seq, "the receipt")


def _number(connection: sqlite3.Connection, sql: str) -> int:
    return connection.execute(sql).fetchone()[0] or 0


def _press_once(demo: RunningDemo, files: _Files, *, to_province: bool) -> _Arrival:
    arrival = _Arrival()
    demo.invite()
    seq = files.ledger() + 1
    written_ns = demo.press(lambda: files.ledger() >= seq)
    arrival.ledger_ms = _ms_since(written_ns)
    if to_province:
        _await(lambda: files.province() >= seq, "the row at the province")
        arrival.province_ms = _ms_since(written_ns)
        _await(lambda: files.receipt() >= seq, "the receipt")
        arrival.receipt_ms = _ms_since(written_ns)
    demo.leave()
    return arrival


def _ms_since(since_ns: int) -> float:
    return (time.monotonic_ns() - since_ns) / 1e6


def _await(is_so: Callable[[], bool], what: str) -> None:
    until_s = time.monotonic() + _WITHIN_S
    while not is_so():
        if time.monotonic() > until_s:
            raise ChuangpingError(f"{what} was not there after {_WITHIN_S:g} s")
        time.sleep(LOOK_S)
