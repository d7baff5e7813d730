"""The databases that a province is measured on: a file, or a server of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.postgres import Postgres

SQLITE = "SQLite"
POSTGRES = "PostgreSQL"
DATABASES = (SQLITE, POSTGRES)


@contextmanager
def database_at(name: str, file: Path) -> Iterator[str]:
    """The URL of a new database for as long as a `with` lasts: SQLite's is in `file`."""
    if name == SQLITE:
        yield f"sqlite:///{file.absolute()}"
        return
    server = Postgres()
    server.start()
    try:
        yield server.url
    finally:
        server.stop()
