"""The devices that serve no more, each with the signed word that was given for it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import sqlalchemy as sa

from province.store.dialect import insert_new
from province.store.identity_tables import decommissions


@dataclass(frozen=True, slots=True)
class Retired:
    """A device that serves no more since `at`, by a technician. `lost`: rows not held, on their word.

    `statement`: sync.contract.decommission.
    """

    device: str
    at: str
    technician: str
    lost: int
    statement: str


def find(connection: sa.Connection, device: str) -> Retired | None:
    """That of a device; None while it serves, or may."""
    row = connection.execute(sa.select(decommissions).where(decommissions.c.device == device)).one_or_none()
    return Retired(*row) if row else None


def record(connection: sa.Connection, retired: Retired) -> None:
    """Keep it; the first word about a device stands."""
    connection.execute(insert_new(connection, decommissions).values(**asdict(retired)))
