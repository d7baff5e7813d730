"""Counts over a ledger: each visit once, by its last row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from device.ledger.reader import LedgerReader
from device.row import Outcome


@dataclass(frozen=True, slots=True)
class Statistics:
    """`rows`: of every kind. `outcomes` and `levels`: visits, from level 5 down."""

    log_id: str
    rows: int
    visits: int
    outcomes: dict[str, int]
    levels: dict[int, int]


def count(reader: LedgerReader) -> Statistics:
    """The counts of the whole ledger. Raises LedgerError."""
    rows = 0
    last: dict[str, tuple[str, int | None]] = {}
    for stored in reader.rows():
        rows += 1
        row = stored.row()
        if row.get("kind") == "rating":
            last[row["visit"]] = (row["outcome"], row["level"])
    outcomes = Counter(outcome for outcome, _ in last.values())
    levels = Counter(level for _, level in last.values() if level is not None)
    return Statistics(
        reader.log().log_id,
        rows,
        len(last),
        {outcome: outcomes[outcome] for outcome in Outcome},
        {level: levels[level] for level in range(5, 0, -1)},
    )
