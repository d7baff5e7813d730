"""A SQLite database of the province as it is after its first opening: made once, copied for each test."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from province.store.database import Database

NAME = "province.db"


def blank_database(folder: Path) -> Database:
    """A database in `folder` that holds every table and no row, not yet opened."""
    file = folder / NAME
    file.touch(0o600)
    file.write_bytes(_migrated())
    return Database(f"sqlite:///{file}")


@functools.cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / NAME
        with Database(f"sqlite:///{file}"):
            pass
        return file.read_bytes()
