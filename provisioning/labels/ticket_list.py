"""The tickets that an office made together, as `tickets make` leaves them in a folder."""

from __future__ import annotations

from pathlib import Path

import msgspec

from device.json_text import read_json
from provisioning.refused import Refused

FILE = "tickets.json"


class TicketWords(msgspec.Struct, frozen=True, kw_only=True):
    """What is printed of a ticket. `ticket`: JWS, in the QR code; `code`: to be typed in its place."""

    hall: str
    hall_name: str
    window: str
    number: str
    name: str
    until: str
    ticket: str
    code: str | None = None


def read_tickets(folder: Path) -> list[TicketWords]:
    """The tickets in `folder`. Raises Refused."""
    file = folder / FILE
    try:
        found = read_json(file.read_bytes(), msgspec.json.Decoder(list[TicketWords]))
    except OSError as error:
        raise Refused("label.tickets_unreadable", folder=folder, why=error.strerror) from None
    except msgspec.DecodeError as error:
        raise Refused("label.tickets_unreadable", folder=folder, why=str(error)) from None
    if not found:
        raise Refused("label.tickets_none", folder=folder)
    return found
