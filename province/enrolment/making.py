"""Tickets made at the office: for the windows of one hall, signed, each good once and for a while."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Self

import msgspec
import sqlalchemy as sa

from device.clock import wall_text
from device.errors import InvalidField
from province.enrolment.credential import code_hash, new_code
from province.enrolment.refusal import EnrolmentRefused, RefusalCode
from province.places.plan import Hall, Window
from province.store import places
from province.store.tickets import TicketEntry
from sync.contract.keys import SigningKey
from sync.contract.ticket import Ticket, sign_ticket

EVERY_WINDOW = "all"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What tickets are asked for. `hall`: code or name; `windows`: codes, or "all" alone."""

    hall: str
    windows: tuple[str, ...]
    valid_s: int
    with_codes: bool = False


class MadeTicket(msgspec.Struct, frozen=True, kw_only=True):
    """One ticket as it is handed out, this once. `ticket`: JWS; `code`: the short code, if there is one."""

    id: str
    hall: str
    hall_name: str
    window: str
    number: str
    name: str
    until: str
    ticket: str
    code: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As it goes from the process that holds the database, and into `tickets.json`."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        return fields

    @classmethod
    def from_json(cls, fields: object) -> Self:
        """What `to_json` has made."""
        return msgspec.convert(fields, cls)


def windows_wanted(connection: sa.Connection, wanted: Wanted) -> tuple[Hall, list[Window]]:
    """The hall and its windows that are meant. Raises EnrolmentRefused for what is not there."""
    hall = _hall(connection, wanted.hall)
    return hall, _windows(connection, hall, wanted.windows)


def make_ticket(
    hall: Hall,
    window: Window,
    wanted: Wanted,
    *,
    url: str,
    ca: str,
    key: SigningKey,
    now: datetime,
) -> tuple[MadeTicket, TicketEntry]:
    """A ticket as it is handed out and as it is kept. `ca`: the root's fingerprint.

    Done outside of transactions: with a code it takes some hundredths of a second.
    """
    until = wall_text((now + timedelta(seconds=wanted.valid_s)).replace(microsecond=0))
    ticket = Ticket(
        id=secrets.token_hex(8), url=url, ca=ca, window=window.window, hall=hall.code, until=until
    )
    code = new_code() if wanted.with_codes else None
    made = MadeTicket(
        id=ticket.id,
        hall=hall.code,
        hall_name=hall.name,
        window=window.window,
        number=window.number,
        name=window.name,
        until=until,
        ticket=sign_ticket(ticket, key),
        code=str(code) if code else None,
    )
    entry = TicketEntry(
        id=ticket.id,
        window=window.window,
        hall=hall.code,
        made_at=wall_text(now),
        until_at=until,
        code_hash=code_hash(code) if code else None,
    )
    return made, entry


def _hall(connection: sa.Connection, said: str) -> Hall:
    try:
        code = places.hall_code(connection, said)
    except InvalidField:  # several have the name
        code = None
    if code is None:
        raise EnrolmentRefused(RefusalCode.HALL_UNKNOWN, hall=said)
    return places.all_halls(connection)[code]


def _windows(connection: sa.Connection, hall: Hall, said: Sequence[str]) -> list[Window]:
    known = places.all_places(connection).windows
    if tuple(said) == (EVERY_WINDOW,):
        inside = [window for window in known.values() if window.hall == hall.code]
        if not inside:
            raise EnrolmentRefused(RefusalCode.HALL_EMPTY, hall=hall.name)
        return inside
    found = []
    for code in dict.fromkeys(said):
        if code not in known:
            raise EnrolmentRefused(RefusalCode.WINDOW_UNKNOWN, window=code)
        if known[code].hall != hall.code:
            raise EnrolmentRefused(RefusalCode.TICKET_ELSEWHERE, window=code, hall=known[code].hall)
        found.append(known[code])
    return found
