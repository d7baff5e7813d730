"""Tickets: who may enrol a device at which window until when, and which device has."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import sqlalchemy as sa

from province.store.dialect import lock_out_writers
from province.store.identity_tables import tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketEntry:
    """One ticket. Times are RFC 3339 in China's zone. `device`, `kid`: what has used it.

    `replaces`: the device that served the window until this one has confirmed. `code_hash`: of the short code
    that stands for the ticket where it cannot be read, None: there is none.
    """

    id: str
    window: str
    hall: str
    made_at: str
    until_at: str
    code_hash: str | None = None
    device: str | None = None
    kid: str | None = None
    used_at: str | None = None
    replaces: str | None = None
    confirmed_at: str | None = None
    revoked_at: str | None = None


def add(connection: sa.Connection, ticket: TicketEntry) -> None:
    """Keep a new ticket."""
    connection.execute(sa.insert(tickets).values(**asdict(ticket)))


def find(connection: sa.Connection, id_: str) -> TicketEntry | None:
    """The ticket with this id."""
    return _one(connection, tickets.c.id == id_)


def find_by_code(connection: sa.Connection, code_hash: str) -> TicketEntry | None:
    """The ticket that a short code stands for."""
    return _one(connection, tickets.c.code_hash == code_hash)


def last_of_device(connection: sa.Connection, device: str) -> TicketEntry | None:
    """The ticket that a device used last; None when it never used one."""
    newest = sa.select(tickets).where(tickets.c.device == device)
    row = connection.execute(newest.order_by(tickets.c.used_at.desc(), tickets.c.id).limit(1)).one_or_none()
    return TicketEntry(**row._mapping) if row else None


def all_tickets(connection: sa.Connection) -> list[TicketEntry]:
    """Every ticket, the newest first; of those made together by window."""
    rows = connection.execute(
        sa.select(tickets).order_by(tickets.c.made_at.desc(), tickets.c.window, tickets.c.id)
    )
    return [TicketEntry(**row._mapping) for row in rows]


def lock(connection: sa.Connection) -> None:
    """Nobody else makes, uses or revokes tickets until this transaction ends."""
    lock_out_writers(connection, tickets)


def bind(
    connection: sa.Connection, id_: str, *, device: str, kid: str, at: str, replaces: str | None
) -> None:
    """The ticket is used, by this device and key, for good."""
    _change(connection, id_, device=device, kid=kid, used_at=at, replaces=replaces)


def confirm(connection: sa.Connection, id_: str, *, at: str) -> None:
    """The device that used the ticket works where it stands."""
    _change(connection, id_, confirmed_at=at)


def revoke(connection: sa.Connection, id_: str, *, at: str) -> None:
    """The ticket is good for nothing from now on."""
    _change(connection, id_, revoked_at=at)


def _change(connection: sa.Connection, id_: str, **values: str | None) -> None:
    connection.execute(sa.update(tickets).where(tickets.c.id == id_).values(**values))


def _one(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> TicketEntry | None:
    row = connection.execute(sa.select(tickets).where(condition)).one_or_none()
    return TicketEntry(**row._mapping) if row else None
