"""The ledger as the agent sees it: there, or not there now."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from device.errors import LedgerError
from device.ledger.reader import Head, LedgerReader, StoredBlob, StoredRow
from sync.agent.state_log import StateLog

T = TypeVar("T")

_RETRY_MS = 1_000  # also how often is looked whether another file has taken the ledger's place


class LedgerSource:
    """Opens the ledger, and opens it again when it was away or another file has taken its place.

    Never raises: without a ledger there is nothing to carry, and its own process says so on the screen.
    Belongs to the agent's thread.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reader: LedgerReader | None = None
        self._file: tuple[int, int] | None = None
        self._look_at_ms = 0
        self._said = StateLog(logging.getLogger(__name__))

    def close(self) -> None:
        """Give the file back."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def head(self, now_ms: int) -> Head | None:
        """Where the ledger stands; None while it cannot be read."""
        if now_ms >= self._look_at_ms:
            self._look_at_ms = now_ms + _RETRY_MS
            self._look()
        return self._read(LedgerReader.head)

    def floor(self) -> Head | None:
        """The point before the first row that is still held."""
        return self._read(LedgerReader.floor)

    def rows_after(self, seq: int, limit: int) -> list[StoredRow]:
        """At most `limit` rows after `seq`; none while the ledger cannot be read."""
        return self._read(lambda reader: reader.rows_after(seq, limit)) or []

    def sealed_after(self, seq: int, limit: int) -> list[StoredBlob] | None:
        """At most `limit` sealed blobs of rows after `seq`; None while the ledger cannot be read."""
        return self._read(lambda reader: reader.sealed_after(seq, limit))

    def log_id(self) -> str | None:
        """The name of the log; None while the ledger cannot be read."""
        return self._read(lambda reader: reader.log().log_id)

    def prior(self) -> str | None:
        """The log that this one follows."""
        return self._read(lambda reader: reader.log().prior)

    def begun_because(self) -> str | None:
        """Why this log was begun after another, by its first row; None for the first log of all."""
        return self._read(_why_begun)

    def hash_of(self, seq: int) -> str | None:
        """The hash of row `seq`, of the floor, or of the beginning; None when it is not held."""
        row = self._read(lambda reader: reader.row(seq))
        if row is not None:
            return row.hash
        floor = self.floor()
        return floor.hash if floor is not None and floor.seq == seq else None

    def _look(self) -> None:
        try:
            stat = self.path.stat()
            file = (stat.st_dev, stat.st_ino)
        except OSError:
            file = None
        # A reader knows from its opening what is in the file; the device may bring an older one up to date.
        if self._reader is not None and (file != self._file or self._reader.steps_to_come()):
            self.close()
        if self._reader is None:
            self._open(file)

    def _open(self, file: tuple[int, int] | None) -> None:
        try:
            self._reader = LedgerReader(self.path)
        except LedgerError as error:
            self._said.trouble("ledger", f"not readable: {error}")
            return
        self._file = file
        self._said.well("ledger", "readable")

    def _read(self, read: Callable[[LedgerReader], T]) -> T | None:
        if self._reader is None:
            return None
        try:
            return read(self._reader)
        except LedgerError as error:
            self.close()
            self._said.trouble("ledger", f"not readable: {error}")
            return None


def _why_begun(reader: LedgerReader) -> str | None:
    first = reader.row(1)
    fields = first.row() if first is not None else {}
    return str(fields.get("why"))[:400] if fields.get("kind") == "note" else None
