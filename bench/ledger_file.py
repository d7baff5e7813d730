"""A ledger of the product in a file with another page size than the product gives it, to compare with."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from device.ledger.writer import Ledger


def new_ledger(path: Path, *, page_size: int | None = None) -> Ledger:
    """A new open ledger; `page_size` None leaves the product's own."""
    ledger = Ledger(path)
    ledger.create()
    if page_size is not None:
        _rewrite(path, page_size)
    ledger.open()
    return ledger


def without_sync(ledger: Ledger) -> None:
    """From now on a commit of the open `ledger` waits for no disk (NORMAL): a power cut loses rows.

    The product has no way to ask for this, and is not to get one: so the connection is taken from behind.
    """
    ledger._connection().execute("PRAGMA synchronous = NORMAL")


def _rewrite(path: Path, page_size: int) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")  # in WAL the page size never changes
        connection.execute(f"PRAGMA page_size = {page_size}")
        connection.execute("VACUUM")
        assert connection.execute("PRAGMA page_size").fetchone() == (page_size,)
    finally:
        connection.close()
