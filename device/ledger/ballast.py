"""The ballast: a file that keeps room on the card, given back when the disk is full."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

SPARE_BYTES = 1024 * 1024  # free beside the ballast; below it the device does not ask for ratings


class Ballast:
    """`kib` KiB of real blocks in the file `path`. Raises OSError where the card does."""

    def __init__(self, path: Path, *, kib: int) -> None:
        self._path = path
        self._bytes = kib * 1024

    def take(self) -> None:
        """Occupy the room; nothing to do when it is occupied already. Raises OSError (ENOSPC when full)."""
        if self._path.exists() and self._path.stat().st_size == self._bytes:
            return
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o640)
        try:
            # Real blocks, not a hole: only what is allocated can be given back.
            os.posix_fallocate(handle, 0, self._bytes)
            os.ftruncate(handle, self._bytes)
            os.fsync(handle)
        except OSError:
            self.release()
            raise
        finally:
            os.close(handle)

    def release(self) -> None:
        """Give the room back, so that what must still be written can be."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    def free_bytes(self) -> int:
        """How much is free on the card now, beside the ballast."""
        room = os.statvfs(self._path.parent)
        return room.f_bavail * room.f_frsize
