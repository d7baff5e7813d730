"""Devices whose certificate has ended and that ask for a new one: who approved which, when."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from province.store.identity_tables import renewals


@dataclass(frozen=True, slots=True)
class RenewalEntry:
    """That a device asks for a certificate. `approved_at` None: nobody has said yes yet."""

    id: int
    device: str
    asked_at: str
    approved_at: str | None
    by: str | None
    issued_at: str | None


def ask(connection: sa.Connection, device: str, *, at: str) -> None:
    """The device asks, in a transaction that has locked the registry. Once until it is given what it asks."""
    if find(connection, device) is None:
        connection.execute(sa.insert(renewals).values(device=device, asked_at=at))


def find(connection: sa.Connection, device: str) -> RenewalEntry | None:
    """What the device asks for and was not given yet."""
    row = connection.execute(
        sa.select(renewals).where(renewals.c.device == device, renewals.c.issued_at.is_(None))
    ).one_or_none()
    return RenewalEntry(*row) if row else None


def waiting(connection: sa.Connection) -> dict[str, RenewalEntry]:
    """By device, those that nobody has approved."""
    rows = connection.execute(
        sa.select(renewals).where(renewals.c.issued_at.is_(None), renewals.c.approved_at.is_(None))
    )
    return {row.device: RenewalEntry(*row) for row in rows}


def approve(connection: sa.Connection, device: str, *, by: str, at: str) -> None:
    """`by` says that the device may have a new certificate; who was first stays."""
    open_ = sa.and_(
        renewals.c.device == device, renewals.c.issued_at.is_(None), renewals.c.approved_at.is_(None)
    )
    connection.execute(sa.update(renewals).where(open_).values(approved_at=at, by=by))


def close(connection: sa.Connection, device: str, *, at: str) -> None:
    """The device has a certificate again, whether or not it was for what it asked."""
    open_ = sa.and_(renewals.c.device == device, renewals.c.issued_at.is_(None))
    connection.execute(sa.update(renewals).where(open_).values(issued_at=at))
