"""The province's database: on SQLite one writer at a time, readers beside it."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from province.errors import InUse, StoreError
from province.store import recount, tallies
from province.store.dialect import reading_engine, reason, sqlite_file, writing_engine
from province.store.migration import migrate


class Database:
    """The database at `url`. Any thread may use it; on SQLite transactions that write come one after another.

    A SQLite file is held by one process (a lock file beside it, freed by the system when the process dies):
    SQLite before 3.51.3 can corrupt a WAL file that two connections write and checkpoint at once.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._turn: AbstractContextManager[object] = nullcontext()
        self._writer: sa.Engine | None = None
        self._reader: sa.Engine | None = None
        self._lock: int | None = None

    def open(self) -> None:
        """Take the database for writing and bring its tables to the present form.

        Raises InUse while another process holds it, StoreError when it cannot be used.
        """
        file = sqlite_file(self._url)
        if file is not None:
            self._turn = threading.Lock()
            self._lock = _hold(file)
            _make_private(file)
        self._writer, self._reader = writing_engine(self._url), reading_engine(self._url)
        try:
            with self.write() as connection:
                migrate(connection)
                recount.begin(connection)
        except BaseException:
            self.close()
            raise

    def open_to_read(self) -> None:
        """Open without taking it, while another process may write. Raises StoreError."""
        file = sqlite_file(self._url)
        if file is not None and not file.exists():
            raise StoreError(f"{file}: there is no such database; make it with `chuangping province init`")
        self._reader = reading_engine(self._url)

    def close(self) -> None:
        """Let go of every connection and of the file."""
        for engine in (self._reader, self._writer):
            if engine is not None:
                engine.dispose()
        self._reader = self._writer = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One transaction that writes: committed durably at the end of the block, or not at all.

        Raises StoreError when the database refuses, then nothing of the block has happened.
        """
        if self._writer is None:
            raise StoreError(f"the database {self._shown} is not open for writing")
        with (
            self._turn,
            self._saying_which(),
            self._writer.begin() as connection,
            tallies.written_last(connection),
        ):
            yield connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One short transaction that reads a single state of the database. Raises StoreError."""
        if self._reader is None:
            raise StoreError(f"the database {self._shown} is not open")
        with self._saying_which(), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def _saying_which(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.SQLAlchemyError as error:
            # Nothing of the driver's own error goes further: PostgreSQL's tells the row it refused.
            raise StoreError(f"the database {self._shown} cannot be used: {reason(error)}") from None

    @property
    def takes_many_writers(self) -> bool:
        """Whether other processes may write at the same time."""
        return sqlite_file(self._url) is None

    @property
    def _shown(self) -> str:
        return sa.make_url(self._url).render_as_string(hide_password=True)


def _hold(file: Path) -> int:
    """The descriptor of the lock file beside `file`, locked. Raises InUse, StoreError."""
    path = file.with_name(file.name + ".lock")
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be made: {error.strerror}; is the folder there and writable?"
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise InUse(f"{file}: another province process has it; stop that one first") from None
    return lock


def _make_private(file: Path) -> None:
    """Make the file if it is not there, for its owner alone: SQLite gives its -wal and -shm the same mode."""
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StoreError(f"{file}: cannot be written: {error.strerror}") from None
