"""Opening a SQLite file as this product does: one durable writer, or a reader that cannot write."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import UnionType
from typing import Any

from sqlite_utils import Database

from device.errors import LedgerError
from device.faults import Fault

FILE_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite may raise over a file: the latter where its own message repeats text that is none any more."""


Kinds = tuple[type | UnionType, ...]
"""Of the values of a row, in the order of its columns."""


def open_writer(path: Path, *, page_size: int = 1024, max_bytes: int | None = None) -> Database:
    """The one writing connection to `path`, made if it is not there: WAL, `synchronous=FULL`, both read back.

    FULL makes a commit one fdatasync that a power cut cannot undo (NORMAL syncs nothing at commit in WAL).
    Statements run by themselves unless a transaction is begun. The connection belongs to the calling thread.
    Raises sqlite3.Error, and LedgerError when the file refuses a mode.
    """
    connection = sqlite3.connect(path, isolation_level=None, timeout=5.0)
    try:
        connection.execute(f"PRAGMA page_size = {page_size}")
        journal = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        connection.execute("PRAGMA synchronous = FULL")
        synchronous = connection.execute("PRAGMA synchronous").fetchone()[0]
        if (journal, synchronous) != ("wal", 2):
            raise LedgerError(
                f"{path}: journal_mode is {journal}, synchronous is {synchronous}; wal and 2 are needed",
                Fault.STORAGE_ERROR,
            )
        connection.execute("PRAGMA foreign_keys = ON")
        if max_bytes is not None:
            actual_page_size = connection.execute("PRAGMA page_size").fetchone()[0]
            # max_page_count holds for this connection only, which is the only one that writes.
            connection.execute(f"PRAGMA max_page_count = {max_bytes // actual_page_size}")
        return Database(connection, recursive_triggers=True, execute_plugins=False)
    except BaseException:
        connection.close()
        raise


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection to the existing file `path` that cannot write. Raises sqlite3.Error.

    Not `mode=ro`: a reader of a WAL file must be able to make its shared-memory file. `query_only`
    refuses writes.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=5.0
    )
    connection.execute("PRAGMA query_only = ON")
    return connection


def look_into(path: Path, sql: str, *values: object, kinds: Kinds) -> list[tuple[Any, ...]]:
    """Rows of a file that another process of ours writes; opened for this look alone.

    Nothing while the file is away, cannot be read now, or knows no such table yet. A row with a value of
    another kind than in `kinds` is left out: the card has changed it.
    """
    if not path.exists():
        return []
    try:
        with expecting_sound(path), closing(open_reader(path)) as connection:
            rows = connection.execute(sql, values).fetchall()
    except (LedgerError, OSError):
        return []
    return [row for row in rows if are_of(kinds, row)]


def are_of(kinds: Kinds, row: tuple[Any, ...]) -> bool:
    """Whether the values of `row` are of these kinds. A STRICT table promises it, but not on a bad card."""
    return all(isinstance(value, kind) for value, kind in zip(row, kinds, strict=True))


@contextmanager
def expecting_sound(path: Path) -> Iterator[None]:
    """In the body the existing file `path` is opened, or read. Raises LedgerError and, as it came, OSError.

    Nothing goes wrong with a file that is as it was written. So an error that neither the card nor newer
    software explains is damage, whatever its kind: bytes that changed lead SQLite and Python anywhere.
    """
    try:
        yield
    except (LedgerError, OSError):
        raise
    except FILE_ERRORS as error:
        found = ledger_error(path, error)
        if getattr(error, "sqlite_errorname", "") == "SQLITE_ERROR":  # as "no such table", "exists already"
            raise LedgerError(str(found), Fault.LEDGER_DAMAGED) from error
        raise found from error
    except Exception as error:
        raise damaged(path, f"makes no sense ({type(error).__name__})") from error


def set_aside(path: Path) -> Path:
    """Move a damaged file out of the way, and what SQLite keeps beside it, over any that was moved before.

    Returns where it is now. Raises OSError.
    """
    aside = path.with_name(path.name + ".damaged")
    # The file itself last: a write-ahead log left alone would be taken for that of the next file of its name.
    for side in ("-wal", "-shm", ""):
        here, there = (file.with_name(file.name + side) for file in (path, aside))
        if here.exists():
            here.replace(there)
        elif side:
            there.unlink(missing_ok=True)
    return aside


_FAULTS = {
    "SQLITE_FULL": Fault.STORAGE_FULL,
    "SQLITE_READONLY": Fault.STORAGE_READ_ONLY,
    "SQLITE_CANTOPEN": Fault.STORAGE_READ_ONLY,
    "SQLITE_PERM": Fault.STORAGE_READ_ONLY,
    "SQLITE_CORRUPT": Fault.LEDGER_DAMAGED,
    "SQLITE_NOTADB": Fault.LEDGER_DAMAGED,
}


def damaged(path: Path, what: str) -> LedgerError:
    """The error that the file `path` is not as it was written; `what` is wrong with it."""
    return LedgerError(f"{path}: {what}", Fault.LEDGER_DAMAGED)


def ledger_error(path: Path, error: sqlite3.Error | UnicodeDecodeError) -> LedgerError:
    """`error` as a LedgerError with the fault a person should see."""
    # Python's own errors over text repeat it: it is nothing for a log.
    if isinstance(error, UnicodeDecodeError) or "decode to UTF-8" in str(error):
        return damaged(path, "holds text that is not UTF-8")
    name = getattr(error, "sqlite_errorname", "") or ""
    basic = "_".join(name.split("_")[:2])
    return LedgerError(
        f"{path}: {name or type(error).__name__}: {error}", _FAULTS.get(basic, Fault.STORAGE_ERROR)
    )
