"""The writing end of the ledger: an append that returns has reached the disk."""

from __future__ import annotations

import errno
import logging
import os
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlite_utils import Database

from device import chain
from device.errors import LedgerError
from device.faults import Fault
from device.ledger.erasure import erase
from device.ledger.reader import Head, LedgerReader, StoredRow
from device.ledger.schema import RECEIPT_IN_HAND, migrations
from device.ledger.verify import verify_tail
from device.row import ClockRow, Note, Rating, ReceiptRow, Row
from device.sealing import SealedBlob
from device.sqlite_file import FILE_ERRORS, expecting_sound, ledger_error, open_writer

log = logging.getLogger(__name__)

_SPARE_PAGES = 64
_DELETED_AT_ONCE = 500  # rows in one transaction of retention, so that a press never waits long


@dataclass(frozen=True, slots=True)
class Appended:
    """What the ledger made of a row."""

    seq: int
    hash: str


class Ledger:
    """The one writer of ratings.db. Belongs to the device loop's thread.

    After a LedgerError the connection is closed and must be opened anew: an fsync that failed once may
    have lost pages that a second one would report as safe.
    """

    def __init__(self, path: Path, *, max_bytes: int = 2048 * 1024 * 1024) -> None:
        self.path = path
        self._max_bytes = max_bytes
        self._db: Database | None = None
        self._head = Head("", 0, "")
        self._in_hand: frozenset[str] = frozenset()  # receipts

    def create(self, *, prior: str | None = None, note: Note | None = None) -> None:
        """Make the file with a new random log_id; `note` becomes its first row.

        Refuses (LedgerError) when a file is there already.
        """
        if self.path.exists():
            raise LedgerError(
                f"{self.path}: exists already; a ledger is never made over another", Fault.LEDGER_DAMAGED
            )
        beside = self.path.with_name(self.path.name + ".new")
        for leftover in (beside, *(beside.with_name(beside.name + s) for s in ("-wal", "-shm"))):
            leftover.unlink(missing_ok=True)
        try:
            db = open_writer(beside)
            try:
                migrations.apply(db)
                log_id = secrets.token_hex(16)
                genesis = chain.genesis(log_id)
                db.execute("INSERT INTO log VALUES (?, ?, ?)", [log_id, prior, genesis])
                if note is not None:
                    _insert(db.conn, Head(log_id, 0, genesis), note)
            finally:
                db.close()
            # A half-made ledger must never look like one: it gets its name only when it is whole.
            beside.rename(self.path)
            sync_folder(self.path.parent)
        except (sqlite3.Error, OSError) as error:
            raise as_ledger_error(self.path, error) from error

    def open(self) -> None:
        """Open the existing file and check its last rows. Raises LedgerError with the fault to show."""
        if not self.path.exists():
            raise LedgerError(
                f"{self.path}: the ledger is missing; it is never made anew by itself", Fault.LEDGER_MISSING
            )
        with expecting_sound(self.path):
            # The reader's checks come first: they write nothing into a file that is not ours or damaged.
            with LedgerReader(self.path) as reader:
                verify_tail(reader)
                self._head = reader.head()
            db = open_writer(self.path, max_bytes=self._max_bytes)
            try:
                db.conn.create_function(RECEIPT_IN_HAND, 1, self._is_in_hand)
                migrations.apply(db)
                self._prove_writable(db)
            except BaseException:
                db.close()
                raise
            self._db = db

    def close(self) -> None:
        """Give the file back. Safe to call twice."""
        if self._db is not None:
            self._db.close()
            self._db = None

    @property
    def head(self) -> Head:
        """The last row."""
        return self._head

    def append(self, rating: Rating | ClockRow | ReceiptRow, blob: SealedBlob | None = None) -> Appended:
        """Write one row, with the blob it names, in one transaction.

        When this returns they survive a power cut.

        Raises LedgerError, with nothing written and the ledger closed.
        """
        connection = self._connection()
        try:
            connection.execute("BEGIN IMMEDIATE")
            appended = _insert(connection, self._head, rating)
            if blob is not None:
                connection.execute(
                    "INSERT INTO sealed VALUES (?, ?, ?, ?, ?, ?)",
                    (blob.sha256, appended.seq, blob.kid, blob.suite, blob.enc, blob.ct),
                )
            connection.execute("COMMIT")
        except FILE_ERRORS as error:
            self.close()
            raise ledger_error(self.path, error) from error
        self._head = Head(self._head.log_id, appended.seq, appended.hash)
        return appended

    def end(self, why: str) -> None:
        """Nothing more is ever written into this log, durably; all of it is in the one file then.

        The ledger is closed. Raises LedgerError, also while another process keeps its write-ahead log in use.
        """
        connection = self._connection()
        try:
            connection.execute(
                "INSERT INTO closing SELECT 'closed', ? WHERE NOT EXISTS (SELECT 1 FROM closing)", (why,)
            )
            (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except FILE_ERRORS as error:
            raise ledger_error(self.path, error) from error
        finally:
            self.close()
        if busy:
            raise LedgerError(f"{self.path}: its write-ahead log is in use", Fault.STORAGE_ERROR)

    def has_room(self) -> bool:
        """Whether the file may still grow by a few rows within its largest size. Raises LedgerError."""
        connection = self._connection()
        try:
            pages, most, free = (
                connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("page_count", "max_page_count", "freelist_count")
            )
        except FILE_ERRORS as error:
            self.close()
            raise ledger_error(self.path, error) from error
        return bool(most - pages + free >= _SPARE_PAGES)

    def rows_of_service(self, service_key: str) -> list[Row]:
        """The rows about one service of a handling, oldest first. Raises LedgerError."""
        connection = self._connection()
        try:
            found = connection.execute(
                "SELECT seq, CAST(prev AS BLOB), CAST(hash AS BLOB), CAST(canonical AS BLOB)"
                " FROM ledger WHERE service_key = ? ORDER BY seq",
                (service_key,),
            ).fetchall()
        except FILE_ERRORS as error:
            self.close()
            raise ledger_error(self.path, error) from error
        try:
            return [StoredRow.of(seq, prev, hash, text, None).proven_row() for seq, prev, hash, text in found]
        except LedgerError:
            self.close()
            raise

    def let_go(self, through: int, receipt: str) -> int:
        """Retention: raise the floor to row `through`, then delete at most 500 rows at or below the floor.

        `receipt` is the province's signed word for these rows; the caller has verified it. Returns how many
        rows went; call again until 0.
        """
        connection = self._connection()
        self._in_hand = frozenset((receipt,))
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "INSERT INTO floor SELECT seq, hash, ? FROM ledger"
                " WHERE seq = ? AND seq > (SELECT coalesce(max(seq), 0) FROM floor)",
                (receipt, through),
            )
            # The newest row stays, so that the head can always be read from the ledger itself.
            gone = connection.execute(
                "DELETE FROM ledger WHERE seq IN (SELECT seq FROM ledger"
                " WHERE seq <= (SELECT coalesce(max(seq), 0) FROM floor) AND seq < ? ORDER BY seq LIMIT ?)",
                (self._head.seq, _DELETED_AT_ONCE),
            ).rowcount
            connection.execute("DELETE FROM erased WHERE seq < (SELECT min(seq) FROM ledger)")
            connection.execute("COMMIT")
        except FILE_ERRORS as error:
            self.close()
            raise ledger_error(self.path, error) from error
        finally:
            self._in_hand = frozenset()
        return gone

    def erase_sealed(self, receipts: Mapping[str, str]) -> int:
        """Erase blobs: SHA-256 → the province's signed word that it has that one, verified by the caller.

        Returns how many went. Raises LedgerError.
        """
        connection = self._connection()
        self._in_hand = frozenset(receipts.values())
        try:
            return erase(connection, receipts)
        except FILE_ERRORS as error:
            self.close()
            raise ledger_error(self.path, error) from error
        finally:
            self._in_hand = frozenset()

    def _is_in_hand(self, receipt: str) -> bool:
        return receipt in self._in_hand

    def _connection(self) -> sqlite3.Connection:
        if self._db is None:
            raise LedgerError(f"{self.path}: the ledger is not open", Fault.STORAGE_ERROR)
        connection: sqlite3.Connection = self._db.conn
        return connection

    @staticmethod
    def _prove_writable(db: Database) -> None:
        """Take the write lock and give it back: a read-only card is found now, not at a citizen's press."""
        db.execute("BEGIN IMMEDIATE")
        db.execute("ROLLBACK")


def _insert(
    connection: sqlite3.Connection, head: Head, fields: Rating | Note | ClockRow | ReceiptRow
) -> Appended:
    seq = head.seq + 1
    row = msgspec.to_builtins(fields)
    row["seq"] = seq
    canonical = chain.canonical(row)
    digest = chain.link(head.hash, canonical)
    handling = fields.handling if isinstance(fields, Rating) else None
    connection.execute(
        "INSERT INTO ledger VALUES (?, ?, ?, ?, ?)",
        (seq, head.hash, digest, canonical.decode("utf-8"), handling.service_key if handling else None),
    )
    return Appended(seq, digest)


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def as_ledger_error(path: Path, error: sqlite3.Error | OSError) -> LedgerError:
    """`error` as a LedgerError with the fault a person should see."""
    if isinstance(error, sqlite3.Error):
        return ledger_error(path, error)
    faults = {
        errno.ENOSPC: Fault.STORAGE_FULL,
        errno.EROFS: Fault.STORAGE_READ_ONLY,
        errno.EACCES: Fault.STORAGE_READ_ONLY,
    }
    return LedgerError(f"{path}: {error.strerror}", faults.get(error.errno or 0, Fault.STORAGE_ERROR))
