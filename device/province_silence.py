"""Since when the province owes a receipt: by the oldest row that waits for one, and the most honest clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from device.clock import Moment
from device.ledger.reader import Head, StoredRow
from device.row import Row


class WaitingRows(Protocol):
    """The log that is written now."""

    @property
    def head(self) -> Head:
        """Its last row."""
        ...

    def rows_after(self, seq: int, limit: int) -> list[StoredRow]:
        """At most `limit` rows after `seq`, in order. Raises LedgerError."""
        ...


class Reached(Protocol):
    """What the province has receipted."""

    def reached(self, log_id: str) -> int:
        """The last row of `log_id` that the newest receipt speaks of, 0 for none."""
        ...


def waited(rows: WaitingRows, receipts: Reached, now: Moment) -> timedelta:
    """How long the oldest row without a receipt has waited, at least. Raises LedgerError.

    Where nothing waits the province owes nothing, however long it has said nothing: halls have holidays.
    """
    through = receipts.reached(rows.head.log_id)
    if through >= rows.head.seq:
        return timedelta(0)
    waiting = rows.rows_after(through, 1)
    return _age(waiting[0].row(), now) if waiting else timedelta(0)


def _age(row: Row, now: Moment) -> timedelta:
    """Of another boot and without a clock a row is as old as this boot, whatever its own time says."""
    if row["boot"] == now.boot:
        return timedelta(milliseconds=now.mono_ms - row["mono_ms"])
    this_boot = timedelta(milliseconds=now.mono_ms)
    if now.quality != "trusted" or row["clock"] != "trusted":
        return this_boot
    return max(this_boot, now.wall - datetime.fromisoformat(row["at"]))
