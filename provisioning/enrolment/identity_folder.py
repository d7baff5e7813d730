"""The device's identity on the card: one folder, whole or not there, named by a link that is switched."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from device.enrolled import Enrolled, read_enrolled
from provisioning.kept_files import FOLDER, PUBLIC, destroy_file, make_folder, sync_folder, write_whole

KEY, CERTIFICATE, CA, KEYS, RECORD = "device.key", "device.crt", "ca.crt", "keys.jws", "enrolment.json"
UNCONFIRMED = "unconfirmed"
LINK = "identity"

_NUMBERED = re.compile(rf"{LINK}-([0-9]{{1,9}})")


@dataclass(frozen=True, slots=True)
class KeptFile:
    """What is in one file of the identity, and who may read it. `owner`: a uid, None: who writes it."""

    content: bytes
    mode: int = PUBLIC
    owner: int | None = None


class IdentityFolder:
    """`identity` in `folder`, a link to `identity-N`. Its methods raise OSError.

    An identity is written whole under a new number and is in force by one rename of the link. A file
    UNCONFIRMED in it says that the province is still to be told.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.link = folder / LINK

    @property
    def is_link(self) -> bool:
        """Whether there is none yet, or one of ours: a folder made by hand cannot be switched."""
        return self.link.is_symlink() or not self.link.exists()

    def enrolled(self) -> Enrolled | None:
        """The enrolment in force, None where there is none. Raises ConfigError."""
        record = self.link / RECORD
        return read_enrolled(record) if record.exists() else None

    def store(self, files: Mapping[str, KeptFile]) -> Path:
        """A new identity, durable and not yet in force. What was left of one half written is gone."""
        current = self._current()
        for number, folder in self._numbered():
            if number > current:
                shutil.rmtree(folder)
        new = self._folder / f"{LINK}-{current + 1}"
        make_folder(new, FOLDER)
        try:
            for name, file in files.items():
                write_whole(new / name, file.content, file.mode, owner=file.owner)
        except OSError:
            shutil.rmtree(new, ignore_errors=True)
            raise
        return new

    def switch(self, new: Path) -> None:
        """From now on `new` is in force."""
        beside = self._folder / f"{LINK}.new"
        beside.unlink(missing_ok=True)
        beside.symlink_to(new.name)
        beside.replace(self.link)
        sync_folder(self._folder)

    def tidy(self) -> None:
        """Identities not in force any more are gone, their keys with them; what resists, next time."""
        current = self._current()
        for number, folder in self._numbered():
            if number != current:
                with suppress(OSError):
                    destroy_file(folder / KEY)
                shutil.rmtree(folder, ignore_errors=True)

    @property
    def is_confirmed(self) -> bool:
        """Whether the province knows that this identity is at work."""
        return not (self.link / UNCONFIRMED).exists()

    def note_confirmed(self) -> None:
        """The province knows that this identity is at work; that needs no room."""
        (self.link / UNCONFIRMED).unlink(missing_ok=True)
        sync_folder(self.link)

    def _current(self) -> int:
        number = _NUMBERED.fullmatch(str(self.link.readlink())) if self.link.is_symlink() else None
        return int(number[1]) if number else 0

    def _numbered(self) -> list[tuple[int, Path]]:
        found = ((_NUMBERED.fullmatch(path.name), path) for path in self._folder.iterdir())
        return [(int(number[1]), path) for number, path in found if number]
