"""The copy of a card's files: made before anything is opened, with zeros for what the card does not give."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from provisioning.refused import NotKept, Refused

_AT_ONCE = 256 * 1024
_TRIES = 5
_LEAST = 1024  # a page of a ledger: what cannot be read costs its rows, and no others

ReadAt = Callable[[int, int, int], bytes]
"""So many bytes of a descriptor from a place on, as os.pread."""


def copy_ledger(source: Path, target: Path, *, read: ReadAt = os.pread) -> int:
    """Copy the ledger `source` and its write-ahead log to `target`; how many bytes could not be read.

    The card is opened for reading only. Both files must be of one moment: raises Refused when somebody goes
    on writing them, NotKept when there is no room, or nothing can be read.
    """
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for _ in range(_TRIES):
        before = _stand(source)
        holes = sum(_copy(*pair, read) for pair in zip(_sides(source), _sides(target), strict=True))
        if _stand(source) == before:
            return holes
    raise Refused("rescue.alive", file=source)


def copy_again(copied: Path, target: Path) -> None:
    """Copy a copy, for what would change it. Raises NotKept."""
    for file, there in zip(_sides(copied), _sides(target), strict=True):
        if file.exists():
            try:
                shutil.copyfile(file, there)
            except OSError as error:
                raise _not_copied(copied, error) from None


def _sides(ledger: Path) -> tuple[Path, Path]:
    """The file of a ledger, and its write-ahead log, which need not be there."""
    return ledger, ledger.with_name(ledger.name + "-wal")


def _stand(ledger: Path) -> list[tuple[int, int, int] | None]:
    """What changes with every write to the files of a ledger."""
    stats = [file.stat() if file.exists() else None for file in _sides(ledger)]
    return [stat and (stat.st_ino, stat.st_size, stat.st_mtime_ns) for stat in stats]


def _copy(source: Path, target: Path, read: ReadAt) -> int:
    target.unlink(missing_ok=True)
    if not source.exists():
        return 0
    try:
        # A card may hold anything: no link is followed off it, and nothing that never ends is waited for.
        handle = os.open(source, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise NotKept("rescue.unreadable", file=source, why=error.strerror or str(error)) from None
    try:
        size = os.fstat(handle).st_size
        holes = 0
        with target.open("wb") as file:
            for at in range(0, size, _AT_ONCE):
                piece, missing = _piece(handle, min(_AT_ONCE, size - at), at, read)
                holes += missing
                file.write(piece)
        return holes
    except OSError as error:
        raise _not_copied(target, error) from None
    finally:
        os.close(handle)


def _piece(handle: int, size: int, at: int, read: ReadAt) -> tuple[bytes, int]:
    """`size` bytes from `at` on, and how many of them are zeros because the card does not give them."""
    try:
        found = read(handle, size, at)
    except OSError:
        if size <= _LEAST:
            return bytes(size), size
        halves = [
            _piece(handle, min(_LEAST, size - offset), at + offset, read) for offset in range(0, size, _LEAST)
        ]
        return b"".join(piece for piece, _ in halves), sum(missing for _, missing in halves)
    short = size - len(found)
    return found + bytes(short), short


def _not_copied(file: Path, error: OSError) -> NotKept:
    return NotKept("rescue.not_copied", file=file, why=error.strerror or str(error))
