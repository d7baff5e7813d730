"""Who brought which rows of dead devices, when."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import sqlalchemy as sa

from province.store.identity_tables import rescues


@dataclass(frozen=True, slots=True)
class RescueNote:
    """That `technician` brought rows `first` to `last` of a log, or blobs alone (then both are None).

    `rows`: committed by it; `aside`: kept in quarantine by it; `blobs`: kept by it.
    """

    technician: str
    device: str
    log_id: str
    first: int | None
    last: int | None
    rows: int
    aside: int
    blobs: int
    at: str


def record(connection: sa.Connection, note: RescueNote) -> None:
    """Keep it, for good."""
    connection.execute(sa.insert(rescues).values(**asdict(note)))


def all_rescues(connection: sa.Connection) -> list[RescueNote]:
    """Every one, the first first."""
    columns = [rescues.c[name] for name in RescueNote.__slots__]
    return [RescueNote(*row) for row in connection.execute(sa.select(*columns).order_by(rescues.c.id))]
