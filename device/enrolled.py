"""What enrolment left beside the device's keys (`enrolment.json`): for whom, in which box, from when on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from device.errors import ConfigError
from device.json_text import read_json

BOARD_SERIAL = Path("/proc/device-tree/serial-number")

_Code = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Enrolled(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The enrolment of `device`, as it was stored.

    `window`: the one it was enrolled for; where it stands since is told by its settings. `hall`: None where
    a typed code did not say it. `statement`: the province's word itself (sync.contract.enrolment), to be
    proven by whoever acts on what is in it. `issued_at`: the province's time, RFC 3339: no time before it
    is possible. `board`: the serial number of the box, None where boxes have none.
    """

    version: Literal[1] = 1
    device: _Code
    ticket: Annotated[str, msgspec.Meta(max_length=64)]
    window: _Code
    hall: _Code | None = None
    issued_at: Annotated[str, msgspec.Meta(max_length=40)]
    statement: str
    board: Annotated[str, msgspec.Meta(max_length=64)] | None = None

    @property
    def issued(self) -> datetime:
        """`issued_at` as a time, with its zone. Raises ValueError."""
        return datetime.fromisoformat(self.issued_at)

    def is_of_another(self, board: str | None) -> bool:
        """Whether the box with the serial number `board` is not the one that was enrolled; a box or an
        enrolment without one cannot be told apart."""
        return self.board is not None and board is not None and board != self.board


_decoder = msgspec.json.Decoder(Enrolled)


def read_enrolled(path: Path) -> Enrolled:
    """The enrolment in the file at `path`. Raises ConfigError naming the file."""
    try:
        enrolled = read_json(path.read_bytes(), _decoder)
        enrolled.issued.astimezone()
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from None
    except (msgspec.DecodeError, ValueError) as error:
        raise ConfigError(
            [f"{path}: is not what an enrolment leaves: {error}; enrol the device again"]
        ) from None
    return enrolled


def board_serial(path: Path = BOARD_SERIAL) -> str | None:
    """The serial number of this box, None where the board has none."""
    try:
        said = path.read_bytes()
    except OSError:
        return None
    return said.replace(b"\0", b"").decode("ascii", "replace").strip()[:64] or None
