"""A file that is written only to learn whether the card still takes what is written."""

from __future__ import annotations

import os
from pathlib import Path

_BLOCK = bytes(512)


class WriteProbe:
    """One block in the file `path`, always the same. Raises OSError where the card does."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def prove(self) -> None:
        """Write the block and wait until it is on the card; the file is made where it is not there."""
        self._write(os.O_WRONLY | os.O_CREAT)

    def again(self) -> None:
        """As `prove`, into the file that was there: when its whole folder is gone, that is a fault."""
        self._write(os.O_WRONLY)

    def look(self) -> None:
        """Ask for the right to write, and write nothing: a card turned read-only refuses that already."""
        os.close(os.open(self._path, os.O_WRONLY))

    def _write(self, flags: int) -> None:
        handle = os.open(self._path, flags, 0o640)
        try:
            os.pwrite(handle, _BLOCK, 0)
            os.fdatasync(handle)
        finally:
            os.close(handle)
