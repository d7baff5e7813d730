"""How long the ledger takes to append one row, against other page sizes and without the fsync."""

from __future__ import annotations

import time
from contextlib import ExitStack

from bench.figures import FIGURE_HEADS, Figures, table
from bench.ledger_file import new_ledger, without_sync
from bench.ratings import rating
from bench.stand import Stand
from device.ledger.writer import Ledger
from device.row import Rating

COUNT = 2000

_SHIPPED = "the product's"
_PAGE_SIZES = (512, 1024, 2048, 4096)
_WARM_UP = 20
_PAUSED = "the product's, after a pause"
_PAUSE_S = 0.05
_MOST_PAUSED = 300


def measure(count: int, stand: Stand) -> str:
    """Append `count` rows to each of the ledgers in turn, so that a slow moment of the machine meets all."""
    folder = stand.folder()
    with ExitStack() as stack:
        ledgers = {_SHIPPED: new_ledger(folder / "shipped.db")}
        for size in _PAGE_SIZES:
            ledgers[f"pages of {size}"] = new_ledger(folder / f"{size}.db", page_size=size)
        ledgers["synchronous = NORMAL"] = normal = new_ledger(folder / "normal.db")
        without_sync(normal)
        for ledger in ledgers.values():
            stack.callback(ledger.close)
        samples: dict[str, list[float]] = {name: [] for name in ledgers}
        for number in range(1, _WARM_UP + count + 1):
            for name, ledger in ledgers.items():
                took_ms = _append_ms(ledger, rating(number))
                if number > _WARM_UP:
                    samples[name].append(took_ms)
        samples[_PAUSED] = []
        for number in range(_WARM_UP + count + 1, _WARM_UP + count + min(count, _MOST_PAUSED) + 1):
            time.sleep(
                _PAUSE_S
            )  # as at a window: nothing is warm, neither the disk nor the processor's cache
            samples[_PAUSED].append(_append_ms(ledgers[_SHIPPED], rating(number)))
    figures = {name: Figures.of(values) for name, values in samples.items()}
    return table(
        ["ms for one row, from the call to its return", *FIGURE_HEADS, "against the product's"],
        [[name, *these.cells(2), these.times(figures[_SHIPPED])] for name, these in figures.items()],
    )


def _append_ms(ledger: Ledger, row: Rating) -> float:
    before_ns = time.perf_counter_ns()
    ledger.append(row)
    return (time.perf_counter_ns() - before_ns) / 1e6
