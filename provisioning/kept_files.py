"""Files that a power cut leaves whole: each is the old one or the new one, and on the card at the return."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from provisioning.refused import NotKept

SECRET = 0o600
SHARED_SECRET = 0o640  # for a process that reads it by its group
PUBLIC = 0o644
FOLDER = 0o750


@contextmanager
def keeping(folder: Path) -> Iterator[None]:
    """What goes wrong with files below `folder` is one sentence. Raises NotKept."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise NotKept("act.no_room", folder=folder) from None
        where = error.filename if isinstance(error.filename, str) else folder
        raise NotKept("act.not_kept", path=where, why=error.strerror or str(error)) from None


def write_whole(path: Path, content: bytes, mode: int, *, owner: int | None = None) -> None:
    """Write `path` in one step; its group is that of the folder, its `owner` (uid) as root says.

    Raises OSError, and then leaves nothing.
    """
    beside = write_beside(path, content, mode, owner=owner)
    beside.replace(path)
    sync_folder(path.parent)


def write_beside(path: Path, content: bytes, mode: int, *, owner: int | None = None) -> Path:
    """All of `path` but its name: a file beside it, durable, to be renamed. Raises OSError."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SECRET), "wb") as file:
            file.write(content)
            _share(file.fileno(), path.parent, mode, owner=owner)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    return beside


def destroy_file(path: Path) -> None:
    """Overwrite what is in `path` and remove it; nothing when it is gone already. Raises OSError.

    A flash card may keep the old blocks all the same, where no program reaches them.
    """
    try:
        with path.open("r+b") as file:
            size = os.fstat(file.fileno()).st_size
            for content in (os.urandom(size), bytes(size)):
                file.seek(0)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
    except FileNotFoundError:
        return
    path.unlink()
    sync_folder(path.parent)


def make_folder(path: Path, mode: int = FOLDER) -> None:
    """Make `path`, of the group that its own folder has. Raises OSError."""
    path.mkdir(mode=mode)
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _share(handle, path.parent, mode)
    finally:
        os.close(handle)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """The names in `folder` are on the card. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _share(handle: int, folder: Path, mode: int, *, owner: int | None = None) -> None:
    """Root gives what it makes to the folder's group; anybody else's own group is as good as it gets."""
    if os.geteuid() == 0:
        os.fchown(handle, -1 if owner is None else owner, folder.stat().st_gid)
    os.fchmod(handle, mode)
