"""The ticket as a technician has it: a file, a line from a scanner, or the one file on the stick."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from device.errors import ContractError
from provisioning.refused import Refused
from sync.contract.ticket import Ticket, read_unproven

MOUNTS = (Path("/media"), Path("/run/media"), Path("/mnt"))
"""Where systems put sticks: in folders of these, or one below."""

_DEPTHS = ("*.ticket", "*/*.ticket", "*/*/*.ticket")
_MOST_CHARACTERS = 4096


@dataclass(frozen=True, slots=True)
class HeldTicket:
    """A ticket that is not proven yet. `token`: the statement as the province signed it.

    `stick`: the folder it was found in, None where a person has said where it is.
    """

    token: str
    says: Ticket
    stick: Path | None = None


Choose = Callable[[Sequence[Ticket]], int | None]
"""Which of several tickets a person means, from 0; None: nobody has said."""


def read_ticket(path: Path) -> HeldTicket:
    """The ticket in the file at `path`. Raises Refused."""
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            said = file.read(_MOST_CHARACTERS + 1)
    except OSError as error:
        raise Refused("enrolment.ticket_file", path=path, why=error.strerror or str(error)) from None
    return _held(said, path.name)


def hear_ticket(line: TextIO) -> HeldTicket:
    """The ticket that a scanner types as one line. Raises Refused."""
    return _held(line.readline(_MOST_CHARACTERS + 1), "-")


def find_tickets(mounts: Sequence[Path] = MOUNTS) -> list[Path]:
    """The files of tickets on the sticks that are in, by name."""
    found = {path for mount in mounts for depth in _DEPTHS for path in mount.glob(depth)}
    return sorted(found, key=lambda path: (path.name, path))


def the_ticket(found: Sequence[Path], choose: Choose) -> HeldTicket | None:
    """The one ticket of those found, or the one that is chosen; None where there is none. Raises Refused."""
    if not found:
        return None
    held = [replace(read_ticket(path), stick=path.parent) for path in found]
    if len(held) == 1:
        return held[0]
    nth = choose([ticket.says for ticket in held])
    if nth is None:
        names = ", ".join(path.name for path in found[:6]) + (" …" if len(found) > 6 else "")
        raise Refused("enrolment.several_tickets", count=len(found), names=names)
    return held[nth]


def _held(said: str, name: str) -> HeldTicket:
    token = said.strip()
    try:
        if len(said) > _MOST_CHARACTERS:
            raise ContractError("it is too long")
        return HeldTicket(token, read_unproven(token))
    except ContractError:
        raise Refused("enrolment.ticket_file_unreadable", name=name) from None
