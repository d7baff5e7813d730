"""The file of a closed log: `closed/<log_id>.db`, which says all about itself."""

from __future__ import annotations

import contextlib
import itertools
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlite_utils import Database

from device import chain
from device.ledger.reader import Log, Lost, StoredBlob
from device.ledger.salvage import Salvaged
from device.ledger.schema import migrations
from device.ledger.writer import as_ledger_error, sync_folder

FOLDER = "closed"  # beside ratings.db

_SIDES = ("", "-wal", "-shm", "-journal")
_ORDER_TRIGGERS = ("ledger_append_only_insert", "floor_insert", "sealed_insert", "erased_insert")


def closed_log_path(folder: Path, log_id: str) -> Path:
    """Where the closed log `log_id` of the device's `folder` is."""
    return folder / FOLDER / f"{log_id}.db"


def free_closed_log_path(folder: Path, log_id: str) -> Path:
    """A name for a file of `log_id` that none has yet.

    A log has a second file when its ratings.db was put back on the card after it had ended.
    """
    path = closed_log_path(folder, log_id)
    numbers = itertools.count(2)
    while path.exists():
        path = closed_log_path(folder, f"{log_id}-{next(numbers)}")
    return path


def closed_log_paths(folder: Path) -> list[Path]:
    """The files of all closed logs, the one that was closed first first; none where the folder is away."""
    try:
        return sorted((folder / FOLDER).glob("*.db"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    except OSError:
        return []  # one was let go just now: the next look finds the others


def remove_closed_log(path: Path) -> None:
    """Remove the file of a closed log. Raises LedgerError."""
    try:
        _remove(path)
        sync_folder(path.parent)
    except OSError as error:
        raise as_ledger_error(path, error) from error


def write_closed_log(
    path: Path,
    *,
    log: Log,
    floor: tuple[int, str, str] | None,
    rows: Iterator[Salvaged],
    why: str,
    blobs: Iterable[StoredBlob] = (),
    erased: Iterable[tuple[str, int, str]] = (),
) -> None:
    """Write the file of a damaged log from what was salvaged; it gets its name when it is whole and durable.

    Raises LedgerError, and then nothing is there under its name.
    """
    beside = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(exist_ok=True)
        _remove(beside)
        db = _open_quickly(beside)
        try:
            migrations.apply(db)
            with _without_order(db):
                _fill(db, log, floor, rows)
                _fill_sealed(db, blobs, erased)
            db.execute("INSERT INTO closing VALUES ('damaged', ?)", [why])
        finally:
            db.close()
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        beside.rename(path)
        sync_folder(path.parent)
    except (sqlite3.Error, OSError) as error:
        with contextlib.suppress(OSError):
            _remove(beside)  # on a full disk it would keep the room that the next attempt needs
        raise as_ledger_error(path, error) from error


def _fill(db: Database, log: Log, floor: tuple[int, str, str] | None, rows: Iterator[Salvaged]) -> None:
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO log VALUES (?, ?, ?)", [log.log_id, log.prior, chain.genesis(log.log_id)])
    if floor is not None:
        db.execute("INSERT INTO floor VALUES (?, ?, ?)", floor)
    insert = db.conn.execute  # without the wrapper's costs, a million times
    for row in rows:
        if isinstance(row, Lost):
            insert("INSERT INTO lost VALUES (?, ?, ?)", (row.first, row.last, row.why))
        else:
            insert(
                "INSERT INTO ledger VALUES (?, ?, ?, ?, ?)",
                (row.seq, row.prev, row.hash, row.canonical.decode("utf-8"), row.service_key),
            )
    db.execute("COMMIT")


def _fill_sealed(db: Database, blobs: Iterable[StoredBlob], erased: Iterable[tuple[str, int, str]]) -> None:
    db.execute("BEGIN IMMEDIATE")
    db.conn.executemany(
        "INSERT INTO sealed VALUES (?, ?, ?, ?, ?, ?)",
        [(blob.sha256, blob.seq, blob.kid, blob.suite, blob.enc, blob.ct) for blob in blobs],
    )
    db.conn.executemany("INSERT INTO erased VALUES (?, ?, ?)", list(erased))
    db.execute("COMMIT")


def _open_quickly(path: Path) -> Database:
    """A new file without any journal: what a power cut leaves of it is thrown away and begun anew.

    Nobody writes it later: without a write-ahead log it is one file, and needs none to be read.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("page_size = 1024", "journal_mode = OFF", "synchronous = OFF"):
        connection.execute(f"PRAGMA {pragma}")
    return Database(connection, execute_plugins=False)


@contextlib.contextmanager
def _without_order(db: Database) -> Iterator[None]:
    """A ledger refuses rows with gaps between them; here the chain has been judged before."""
    sql = {
        name: text
        for name, text in db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        if name in _ORDER_TRIGGERS
    }
    for name in sql:
        db.execute(f"DROP TRIGGER {name}")
    yield
    for text in sql.values():
        db.execute(text)


def _remove(path: Path) -> None:
    for side in _SIDES:
        path.with_name(path.name + side).unlink(missing_ok=True)
