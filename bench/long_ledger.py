"""A ledger as it stands after weeks without network: many ratings that nobody has receipted."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from bench.ledger_file import new_ledger, without_sync
from bench.ratings import rating
from device.clock import wall_text

_EVERY = timedelta(minutes=2)  # a busy window: 240 ratings in its eight hours
_DAY = 240
_NIGHT = timedelta(hours=16)
_SHOWN = timedelta(seconds=8)  # before the press


def write_ledger(path: Path, rows: int, *, until: datetime, first: int = 1) -> None:
    """Make the ledger `path` of `rows` ratings, the last of `until`, of the handlings from `first` on.

    The product's own writer, but for the fsyncs: nothing of this outlives the measurement.
    """
    ledger = new_ledger(path)
    without_sync(ledger)
    try:
        for number in range(rows):
            before = rows - 1 - number
            at = until - before * _EVERY - before // _DAY * _NIGHT
            row = msgspec.structs.replace(
                rating(first + number),
                visit=secrets.token_hex(16),
                at=wall_text(at),
                invited_at=wall_text(at - _SHOWN),
            )
            ledger.append(row)
    finally:
        ledger.close()
