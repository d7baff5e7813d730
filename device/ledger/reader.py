"""The reading end of a log's file, for every process but its writer: read-only, in short transactions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from device import chain
from device.errors import LedgerError
from device.faults import Fault
from device.json_text import read_any_json
from device.ledger.schema import APPLICATION_ID, migrations
from device.row import Row
from device.sqlite_file import Kinds, are_of, damaged, expecting_sound, open_reader


@dataclass(frozen=True, slots=True)
class Log:
    """The identity of a ledger: `log_id`, and the log it follows, if any."""

    log_id: str
    prior: str | None


@dataclass(frozen=True, slots=True)
class Head:
    """The last row of a log: its `seq` (0 when empty) and `hash` (before the first row: the genesis)."""

    log_id: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row as it stands in the file."""

    seq: int
    prev: str
    hash: str
    canonical: bytes
    service_key: str | None = None

    @classmethod
    def of(
        cls,
        seq: int,
        prev: bytes | None,
        hash: bytes | None,
        canonical: bytes | None,
        service_key: bytes | None,
    ) -> StoredRow:
        """The row by its columns as bytes: one whose text is gone, or is none now, can still be named."""
        return cls(
            seq,
            (prev or b"").decode("ascii", "backslashreplace"),
            (hash or b"").decode("ascii", "backslashreplace"),
            canonical or b"",
            None if service_key is None else service_key.decode("utf-8", "replace"),
        )

    def row(self) -> Row:
        """The row's fields with its `hash`, as on the wire. Raises LedgerError when it is not JSON."""
        try:
            fields: Row = read_any_json(self.canonical)
        except msgspec.DecodeError as error:
            raise LedgerError(f"row {self.seq} is not JSON ({error})", Fault.LEDGER_DAMAGED) from None
        if not isinstance(fields, dict):
            raise LedgerError(f"row {self.seq} is no row", Fault.LEDGER_DAMAGED)
        fields["hash"] = self.hash
        return fields

    def proven_row(self) -> Row:
        """As `row`, of a row that is as it was written. Raises LedgerError when its hash does not follow."""
        if chain.link(self.prev, self.canonical) != self.hash:
            raise LedgerError(f"row {self.seq} was changed (its hash does not match)", Fault.LEDGER_DAMAGED)
        return self.row()


@dataclass(frozen=True, slots=True)
class Lost:
    """Rows that a closed log lost, `first` to `last`, and why."""

    first: int
    last: int
    why: str


@dataclass(frozen=True, slots=True)
class End:
    """How a log ended. `state`: "closed" or "damaged", as on the wire."""

    state: str
    why: str


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """A sealed blob as it stands beside the row `seq`."""

    seq: int
    sha256: str
    kid: str
    suite: str
    enc: bytes
    ct: bytes


_BYTES = bytes | None


def is_log_id(value: object) -> bool:
    """Whether `value` can name a log: 128 bits in lowercase hex."""
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{32}", value) is not None


class LedgerReader:
    """Reads ratings.db while its writer is at work. Belongs to the thread that made it.

    Every method raises LedgerError when the file is missing, damaged, or made by newer software.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            raise LedgerError(f"{path}: there is no ledger here", Fault.LEDGER_MISSING)
        with expecting_sound(path):
            self._connection = open_reader(path)
            try:
                self._check_kind()
                self._log, self._genesis = self._read_log()
            except BaseException:
                self._connection.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back. Safe to call twice."""
        self._connection.close()

    def log(self) -> Log:
        """The identity of the log, fixed for the life of the file."""
        return self._log

    def head(self) -> Head:
        """The last row, or the floor, or seq 0 with the genesis hash."""
        row = self._one("SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1", (int, str))
        return Head(self._log.log_id, *row) if row else self.floor()

    def floor(self) -> Head:
        """The point the chain is verified from: seq 0 and the genesis, or the newest floor row."""
        row = self._one("SELECT seq, hash FROM floor ORDER BY seq DESC LIMIT 1", (int, str))
        return Head(self._log.log_id, *row) if row else Head(self._log.log_id, 0, self._genesis)

    def rows_after(self, seq: int, limit: int) -> list[StoredRow]:
        """At most `limit` rows with a greater `seq`, in order."""
        # As bytes: a row whose text is no longer UTF-8 must still be read, to be named as the bad one.
        found = self._all(
            "SELECT seq, CAST(prev AS BLOB), CAST(hash AS BLOB), CAST(canonical AS BLOB),"
            " CAST(service_key AS BLOB) FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?",
            (int, _BYTES, _BYTES, _BYTES, _BYTES),
            (seq, limit),
        )
        return [StoredRow.of(*columns) for columns in found]

    def row(self, seq: int) -> StoredRow | None:
        """The row `seq`, or None when it is not there."""
        rows = self.rows_after(seq - 1, 1)
        return rows[0] if rows and rows[0].seq == seq else None

    def rows(self, *, at_once: int = 1000) -> Iterator[StoredRow]:
        """Every row in order, read in short transactions so that the writer's checkpoints are not held up."""
        seq = -1
        while rows := self.rows_after(seq, at_once):
            yield from rows
            seq = rows[-1].seq

    def rows_of_service(self, service_key: str) -> list[Row]:
        """The rows about one service of a handling, oldest first, each proven by its hash."""
        found = self._all(
            "SELECT seq, CAST(prev AS BLOB), CAST(hash AS BLOB), CAST(canonical AS BLOB)"
            " FROM ledger WHERE service_key = ? ORDER BY seq",
            (int, _BYTES, _BYTES, _BYTES),
            (service_key,),
        )
        return [StoredRow.of(seq, prev, hash, text, None).proven_row() for seq, prev, hash, text in found]

    def end(self) -> End | None:
        """How the log ended; None while rows are still written."""
        row = self._one("SELECT state, why FROM closing", (str, str)) if self._knows_ends else None
        return End(*row) if row else None

    def lost(self) -> tuple[Lost, ...]:
        """The rows that the log lost, in order; a log that is written to has lost none."""
        if not self._knows_ends:
            return ()
        rows = self._all("SELECT first, last, why FROM lost ORDER BY first", (int, int, str))
        return tuple(Lost(*row) for row in rows)

    def sealed_after(self, seq: int, limit: int) -> list[StoredBlob]:
        """At most `limit` blobs of rows with a greater `seq`, in order; erased ones are gone."""
        if not self._knows_sealed:
            return []
        found = self._all(
            "SELECT seq, sha256, kid, suite, enc, ct FROM sealed WHERE seq > ? ORDER BY seq LIMIT ?",
            (int, str, str, str, bytes, bytes),
            (seq, limit),
        )
        return [StoredBlob(*columns) for columns in found]

    def erased(self) -> dict[str, int]:
        """The blobs that were erased after their receipt: SHA-256 → seq of the row that names it."""
        return dict(self._all("SELECT sha256, seq FROM erased", (str, int))) if self._knows_sealed else {}

    def file_fault(self) -> str | None:
        """What SQLite's own check finds wrong with the file beside the rows (pages, index), or None."""
        (found,) = self._one("PRAGMA integrity_check(1)", (str,)) or ("ok",)
        return None if found == "ok" else str(found)

    def triggers(self) -> dict[str, str]:
        """The triggers that the file has: name → SQL."""
        return dict(self._all("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'", (str, str)))

    def steps_to_come(self) -> tuple[str, ...]:
        """The steps of the schema that the file has not seen: it was last written by an earlier version."""
        return self._to_come

    @property
    def _knows_ends(self) -> bool:
        return "m002_ends" not in self._to_come

    @property
    def _knows_sealed(self) -> bool:
        return "m003_sealed" not in self._to_come

    def _check_kind(self) -> None:
        (application_id,) = self._one("PRAGMA application_id", (int,)) or (0,)
        if application_id != APPLICATION_ID:
            raise LedgerError(f"{self.path}: is not a ledger of this product", Fault.LEDGER_DAMAGED)
        known = [m.name for m in migrations._migrations]
        applied = {
            name
            for (name,) in self._all(
                "SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (str,), (migrations.name,)
            )
        }
        newer = sorted(applied.difference(known))
        # Steps are taken in their order, by newer software too: where one is left out a name was changed.
        if [name for name in known if name in applied] != known[: len(applied)]:
            raise damaged(self.path, "the steps of its schema are not those of any version")
        if newer:
            raise LedgerError(
                f"{self.path}: was written by newer software (it knows {', '.join(newer)});"
                " install that version or a later one",
                Fault.LEDGER_NEWER,
            )
        self._to_come = tuple(name for name in known if name not in applied)

    def _read_log(self) -> tuple[Log, str]:
        row = self._one("SELECT log_id, prior, first_prev FROM log", (str, str | None, str))
        if row is None or not is_log_id(row[0]) or row[2] != chain.genesis(row[0]):
            raise damaged(self.path, "its log_id is missing or was changed")
        return Log(row[0], row[1]), row[2]

    def _one(self, sql: str, kinds: Kinds) -> tuple[Any, ...] | None:
        rows = self._all(sql, kinds)
        return rows[0] if rows else None

    def _all(self, sql: str, kinds: Kinds, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        with expecting_sound(self.path):
            rows = self._connection.execute(sql, values).fetchall()
        if not all(are_of(kinds, row) for row in rows):
            raise damaged(self.path, "holds a value of another kind than its column")
        return rows
