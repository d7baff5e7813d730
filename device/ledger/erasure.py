"""Erasing sealed blobs: one goes when the province has receipted it; the receipt stays in its place."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from device.ledger.schema import RECEIPT_IN_HAND


def erase(connection: sqlite3.Connection, receipts: Mapping[str, str]) -> int:
    """Erase the blobs named by the keys of `receipts` (SHA-256 → receipt), in one transaction.

    The connection must know these receipts to be in hand. Returns how many went; one that is not held is
    left out. What they were is overwritten in the file. Raises sqlite3.Error.
    """
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("BEGIN IMMEDIATE")
    gone = 0
    for sha256, receipt in receipts.items():
        connection.execute(
            "INSERT INTO erased SELECT sha256, seq, ? FROM sealed WHERE sha256 = ?", (receipt, sha256)
        )
        gone += connection.execute("DELETE FROM sealed WHERE sha256 = ?", (sha256,)).rowcount
    connection.execute("COMMIT")
    return gone


def erase_from_closed(path: Path, receipts: Mapping[str, str]) -> int:
    """As `erase`, in the file of a closed log, which nobody else writes. Raises sqlite3.Error."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=5.0)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        connection.create_function(RECEIPT_IN_HAND, 1, frozenset(receipts.values()).__contains__)
        return erase(connection, receipts)
    finally:
        connection.close()
