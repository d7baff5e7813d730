"""Damage to a ledger's file, as a card or a hand would do it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

PAGE = 1024


def overwrite_page_of(path: Path, *seqs: int) -> None:
    """Overwrite the pages that hold most of these rows."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        rows = [
            connection.execute("SELECT canonical FROM ledger WHERE seq = ?", (seq,)).fetchone()[0]
            for seq in seqs
        ]
    data = bytearray(path.read_bytes())
    for row in rows:
        overwrite(data, data.index(row[-64:].encode()) // PAGE)
    path.write_bytes(data)


def overwrite_pages(path: Path, *pages: int) -> None:
    """Overwrite pages by their number, the first is 0."""
    data = bytearray(path.read_bytes())
    for page in pages:
        overwrite(data, page)
    path.write_bytes(data)


def overwrite(data: bytearray, page: int) -> None:
    data[page * PAGE : (page + 1) * PAGE] = b"\xff" * PAGE
