"""Ratings and ledgers for tests."""

from __future__ import annotations

from pathlib import Path

from device.handling import Handling
from device.ledger.writer import Ledger
from device.row import Outcome, Rating


def rating(number: int = 1, *, level: int | None = 5, **fields: object) -> Rating:
    """A rating of handling `number`; without a level it is unanswered."""
    values = {
        "visit": f"{number:032x}",
        "outcome": Outcome.RATED if level else Outcome.UNANSWERED,
        "level": level,
        "at": "2026-11-22T10:15:06.402+08:00",
        "boot": "a1b2c3d4e5f60718293a4b5c6d7e8f90",
        "mono_ms": 123456 + number,
        "clock": "trusted",
        "window": "W07",
        "assignment": 3,
        "channel": 4,
        "language": "zh-Hans",
        "layout_id": "row5-desc-1",
        "indicator_list": "2021-1",
        "handling": Handling(project_no=f"510100-20261122-{number:06d}", service_no=1),
        "clerk": "C0231",
        "input": "key" if level else None,
    }
    return Rating(**(values | fields))  # type: ignore[arg-type]


def ledger_with(path: Path, rows: int) -> Ledger:
    """An open ledger that holds `rows` ratings."""
    ledger = Ledger(path)
    ledger.create()
    ledger.open()
    for number in range(1, rows + 1):
        ledger.append(rating(number, level=number % 5 + 1))
    return ledger
