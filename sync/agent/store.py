"""sync.db: what the province has receipted, as far as the agent was told."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from device.clock import Moment
from device.errors import LedgerError, SyncError
from device.faults import Fault
from device.sqlite_file import FILE_ERRORS, damaged, expecting_sound, open_writer, set_aside
from sync.agent.schema import migrations
from sync.contract.messages import Blob, Receipt, Reply, SignedHead

log = logging.getLogger(__name__)

RECEIPTS_KEPT = 300
HEADS_KEPT = 32  # of each log
ORDERS_KEPT = 200  # that were answered
_THINNED_EVERY = 100  # receipts


class SyncStore:
    """The one writer of sync.db. Belongs to the agent's thread.

    Nothing in it is irreplaceable: the answer to hello tells the watermark anew. So a damaged file is set
    aside and a new one made, and a failed write is a SyncError that costs nothing but repetition.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db: Database | None = None

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self) -> None:
        """Open the file, or make it. Raises SyncError."""
        try:
            try:
                self._db = self._opened()
            except LedgerError as error:
                if error.fault != Fault.LEDGER_DAMAGED:
                    raise
                log.error("receipts damaged, begun anew kept=%s error=%s", set_aside(self.path), error)
                self._db = self._opened()
        except (LedgerError, OSError) as error:
            raise SyncError(f"cannot be opened: {error}") from None

    def close(self) -> None:
        """Give the file back. Safe to call twice."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def watermark(self, log_id: str) -> int:
        """The last seq of `log_id` known to be receipted; 0 when none is. Raises SyncError."""
        with self._errors() as db:
            row = db.execute("SELECT seq FROM watermark WHERE log_id = ?", [log_id]).fetchone()
            return row[0] if row else 0

    def receipted_row(self, log_id: str) -> tuple[int, str] | None:
        """Seq and hash of the last row of `log_id` known to be receipted, if any. Raises SyncError."""
        with self._errors() as db:
            row = db.execute("SELECT seq, hash FROM watermark WHERE log_id = ?", [log_id]).fetchone()
            return (row[0], row[1]) if row else None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is written inside is durable together at its end. Raises SyncError."""
        with self._errors() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def move_watermark(self, log_id: str, seq: int, hash: str) -> None:
        """The province holds `log_id` up to row `seq` with `hash`: further than before, or less far.

        Blobs of later rows are held there no more either: their receipts are forgotten.
        """
        with self._errors() as db:
            db.execute("INSERT OR REPLACE INTO watermark VALUES (?, ?, ?)", [log_id, seq, hash])
            db.execute("DELETE FROM sealed_receipts WHERE log_id = ? AND seq > ?", [log_id, seq])

    def keep_receipt(self, receipt: Receipt, token: bytes, arrived: Moment) -> None:
        """Keep a verified receipt, as it came, beside the moment it came.

        Of the older ones the last of each day stays, and of each log the first for the last row receipted:
        retention needs one older than itself.
        """
        with self._errors() as db:
            newest = db.execute(
                "INSERT INTO receipts (log_id, through, head, status, province_time, boot, mono_ms, jws)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                [
                    receipt.log_id,
                    receipt.through,
                    receipt.head,
                    receipt.status,
                    receipt.time,
                    arrived.boot,
                    arrived.mono_ms,
                    token,
                ],
            ).fetchone()[0]
            if newest % _THINNED_EVERY == 0:
                db.execute(
                    "DELETE FROM receipts WHERE id <= ? AND id NOT IN"
                    " (SELECT max(id) FROM receipts GROUP BY log_id, substr(province_time, 1, 10))"
                    " AND id NOT IN (SELECT min(r.id) FROM receipts r JOIN watermark w"
                    " ON w.log_id = r.log_id AND w.seq = r.through AND w.hash = r.head GROUP BY r.log_id)",
                    [newest - RECEIPTS_KEPT],
                )

    def keep_sealed_receipt(self, log_id: str, seq: int, sha256: str, token: bytes, *, at: str) -> None:
        """Keep the verified receipt, as it came, of the blob that row `seq` names. Raises SyncError."""
        with self._errors() as db:
            db.execute(
                "INSERT OR REPLACE INTO sealed_receipts VALUES (?, ?, ?, ?, ?)",
                [log_id, seq, sha256, token, at],
            )

    def sealed_receipted(self, log_id: str, first: int, last: int) -> set[str]:
        """Of the blobs of the rows `first` to `last` those receipted, by their SHA-256. Raises SyncError."""
        with self._errors() as db:
            rows = db.execute(
                "SELECT sha256 FROM sealed_receipts WHERE log_id = ? AND seq BETWEEN ? AND ?",
                [log_id, first, last],
            ).fetchall()
            return {row[0] for row in rows}

    def forget_sealed(self, log_id: str, *, before: int | None) -> None:
        """Forget receipts of blobs of rows before `before`, or of all rows of the log. Raises SyncError."""
        with self._errors() as db:
            db.execute(
                "DELETE FROM sealed_receipts WHERE log_id = ? AND seq < coalesce(?, seq + 1)",
                [log_id, before],
            )

    def forget_sealed_of_others(self, log_ids: Collection[str]) -> None:
        """Forget receipts of blobs of all other logs. Raises SyncError."""
        with self._errors() as db:
            marks = ", ".join("?" * len(log_ids))
            db.execute(f"DELETE FROM sealed_receipts WHERE log_id NOT IN ({marks})", list(log_ids))

    def newest_province_time(self) -> str | None:
        """What the newest receipt says the time was, RFC 3339. Raises SyncError."""
        with self._errors() as db:
            row = db.execute("SELECT province_time FROM receipts ORDER BY id DESC LIMIT 1").fetchone()
            return row[0] if row else None

    def keep_head(self, head: SignedHead, token: str) -> None:
        """Keep a signed head, durably; let go of those that receipts cover. Raises SyncError.

        Of more than 32 of a log every other one goes: each head stands for all rows before it.
        """
        with self.transaction(), self._errors() as db:
            db.execute(
                "DELETE FROM heads WHERE seq <= (SELECT seq FROM watermark w WHERE w.log_id = heads.log_id)"
            )
            db.execute(
                "INSERT INTO heads (log_id, seq, jws) VALUES (?, ?, ?)", [head.log_id, head.seq, token]
            )
            held = db.execute("SELECT id FROM heads WHERE log_id = ? ORDER BY id", [head.log_id]).fetchall()
            if len(held) > HEADS_KEPT:
                for (id_,) in held[-2::-2]:
                    db.execute("DELETE FROM heads WHERE id = ?", [id_])

    def heads(self) -> list[str]:
        """The signed heads that no receipt covers, oldest first. Raises SyncError."""
        with self._errors() as db:
            rows = db.execute(
                "SELECT jws FROM heads WHERE seq > coalesce("
                "(SELECT seq FROM watermark w WHERE w.log_id = heads.log_id), 0) ORDER BY id"
            ).fetchall()
            return [row[0] for row in rows]

    def settings_version(self) -> int:
        """The version of the settings kept, 0 when there are none. Raises SyncError."""
        with self._errors() as db:
            row = db.execute("SELECT version FROM settings").fetchone()
            return row[0] if row else 0

    def settings(self) -> bytes | None:
        """The settings kept, as they came. Raises SyncError."""
        with self._errors() as db:
            row = db.execute("SELECT jws FROM settings").fetchone()
            return row[0] if row else None

    def keep_settings(self, version: int, token: bytes) -> None:
        """Keep verified settings, as they came, in place of those before. Raises SyncError."""
        with self._errors() as db:
            db.execute("INSERT OR REPLACE INTO settings VALUES (1, ?, ?)", [version, token])

    def keep_phone_key(self, public: str, secret: bytes) -> None:
        """Keep the key that was derived with the province's `public` one, in place of any before.

        Raises SyncError.
        """
        with self._errors() as db:
            db.execute("INSERT OR REPLACE INTO phone_key VALUES (1, ?, ?)", [public, secret])

    def keep_order(self, order: str, token: bytes, arrived: Moment) -> None:
        """Keep a verified order, as it came; one that is kept already stays, and came then.

        Raises SyncError.
        """
        with self._errors() as db:
            db.execute(
                "INSERT INTO orders (id, jws, replied, boot, mono_ms) VALUES (?, ?, 0, ?, ?)"
                " ON CONFLICT (id) DO NOTHING",
                [order, token, arrived.boot, arrived.mono_ms],
            )
            db.execute(
                "DELETE FROM orders WHERE replied = 1 AND number <= (SELECT max(number) FROM orders) - ?",
                [ORDERS_KEPT],
            )

    def open_orders(self) -> list[str]:
        """The orders whose outcome the province was not told, the oldest first. Raises SyncError."""
        with self._errors() as db:
            return [id for (id,) in db.execute("SELECT id FROM orders WHERE replied = 0 ORDER BY number")]

    def drop_order(self, order: str) -> None:
        """The order is not to be obeyed. Raises SyncError."""
        with self._errors() as db:
            db.execute("DELETE FROM orders WHERE id = ? AND replied = 0", [order])

    def note_replied(self, order: str) -> None:
        """The province was told the outcome. Raises SyncError."""
        with self._errors() as db:
            db.execute("UPDATE orders SET replied = 1 WHERE id = ?", [order])

    def begin_errand(self, order: str) -> bool:
        """The agent is about to carry out an order; False when it was begun before. Raises SyncError."""
        with self._errors() as db:
            begun = db.execute(
                "INSERT INTO errands (id) VALUES (?) ON CONFLICT (id) DO NOTHING RETURNING number", [order]
            ).fetchall()
            db.execute(
                "DELETE FROM errands WHERE number <= (SELECT max(number) FROM errands) - ?", [ORDERS_KEPT]
            )
            return bool(begun)

    def end_errand(self, order: str, outcome: str, why: str, blob: Blob | None = None) -> None:
        """What became of it. Raises SyncError."""
        made = (None, None) if blob is None else (blob.sha256, blob.size)
        with self._errors() as db:
            db.execute(
                "UPDATE errands SET outcome = ?, why = ?, sha256 = ?, size = ? WHERE id = ?",
                [outcome, why[:400], *made, order],
            )

    def errand(self, order: str) -> Reply | None:
        """What became of it, as the province is told; None while nothing has. Raises SyncError."""
        with self._errors() as db:
            row = db.execute(
                "SELECT outcome, why, sha256, size FROM errands WHERE id = ? AND outcome IS NOT NULL", [order]
            ).fetchone()
        if row is None:
            return None
        outcome, why, sha256, size = row
        blob = None if sha256 is None else Blob(sha256=sha256, size=size)
        return Reply(outcome=outcome, order=order, why=why or None, blob=blob)

    def fail_errands(self, why: str) -> None:
        """Those that were begun and not ended have failed. Raises SyncError."""
        with self._errors() as db:
            db.execute("UPDATE errands SET outcome = 'failed', why = ? WHERE outcome IS NULL", [why])

    def _opened(self) -> Database:
        with expecting_sound(self.path):
            db = open_writer(self.path)
            try:
                # The file is small; a value of another kind than its column would end the agent later.
                (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
                if found != "ok":
                    raise damaged(self.path, str(found))
                migrations.apply(db)
            except BaseException:
                db.close()
                raise
            return db

    @contextmanager
    def _errors(self) -> Iterator[Database]:
        if self._db is None:
            raise SyncError(f"{self.path}: is not open")
        try:
            yield self._db
        except FILE_ERRORS as error:
            raise SyncError(f"{self.path}: {error}") from None
