"""The province's folder of blobs: files named by their SHA-256, each whole or not there."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from province.errors import NoRoom, StoreError

_PART = ".part-"
_FULL = (errno.ENOSPC, errno.EDQUOT)


class BlobFolder:
    """Files under `root`, for their owner alone. Any thread.

    Every method raises StoreError, which is NoRoom when the disk is full.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def open(self) -> None:
        """Make the folder; what an interrupted process left half is removed. For the one that receives."""
        with self._errors():
            self._make()
            for left in self.root.glob(_PART + "*"):
                left.unlink(missing_ok=True)

    def size(self, sha256: str) -> int | None:
        """How many bytes are held under this name, None when there is no such file."""
        with self._errors():
            try:
                return self.path(sha256).stat().st_size
            except FileNotFoundError:
                return None

    def read(self, sha256: str) -> bytes | None:
        """The bytes held under this name, None when there is no such file."""
        with self._errors():
            try:
                return self.path(sha256).read_bytes()
            except FileNotFoundError:
                return None

    def path(self, sha256: str) -> Path:
        """Where the bytes with this hash are, if they are held."""
        return self.root / sha256

    def keep(self, content: bytes) -> str:
        """Hold `content`; its hash. What was held already counts as new."""
        sha256 = hashlib.sha256(content).hexdigest()
        with self._errors():
            self._make()
        part = self.begin(sha256)
        try:
            part.write(content)
            part.finish()
        finally:
            part.discard()
        return sha256

    def begin(self, sha256: str) -> BlobPart:
        """A file to be written, piece by piece, that becomes `sha256` if it is."""
        with self._errors():
            return BlobPart(self.root / (_PART + secrets.token_hex(8)), self.path(sha256))

    def sweep(self, needed: Collection[str], *, before_s: float) -> int:
        """Remove what is not `needed` and was written before `before_s` (seconds since 1970); how many."""
        removed = 0
        with self._errors():
            for file in self._files():
                if file.name not in needed and file.stat().st_mtime < before_s:
                    file.unlink(missing_ok=True)
                    removed += 1
        return removed

    def _files(self) -> list[Path]:
        return [file for file in self.root.iterdir() if file.is_file()] if self.root.is_dir() else []

    def _make(self) -> None:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        with _errors(self.root):
            yield


class BlobPart:
    """A blob on its way to the disk. One thread at a time."""

    def __init__(self, beside: Path, path: Path) -> None:
        """Raises OSError."""
        self._beside = beside
        self._path = path
        self._hash = hashlib.sha256()
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self._file: BinaryIO = os.fdopen(handle, "wb")
        self.size = 0

    def write(self, piece: bytes) -> None:
        """Add `piece`. Raises NoRoom, StoreError."""
        with _errors(self._path.parent):
            self._file.write(piece)
        self._hash.update(piece)
        self.size += len(piece)

    def finish(self) -> bool:
        """Make it the file it is meant to be, durably; False, and nothing happens, when the hash differs."""
        if self._hash.hexdigest() != self._path.name:
            return False
        with _errors(self._path.parent):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._beside.replace(self._path)
            folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        return True

    def discard(self) -> None:
        """Leave nothing half; nothing after `finish` has succeeded. Never raises."""
        with suppress(OSError):  # what is buffered does not fit: it is given up anyway
            self._file.close()
        self._beside.unlink(missing_ok=True)


@contextmanager
def _errors(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise NoRoom(f"{root}: there is no room for blobs; make room on this disk") from None
        raise StoreError(f"{root}: cannot be used for blobs: {error.strerror or error}") from None
