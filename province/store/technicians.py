"""The technicians, each with the key that signs for them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import sqlalchemy as sa

from province.errors import Declined
from province.store.identity_tables import technicians


@dataclass(frozen=True, slots=True)
class Technician:
    """A technician. `kid`: thumbprint of their key; `certificate`: PEM. `disabled_at` None: may act."""

    name: str
    kid: str
    certificate: str
    made_at: str
    disabled_at: str | None = None


def add(connection: sa.Connection, technician: Technician) -> None:
    """Make a technician; one who was disabled comes back with the new key.

    Raises Declined when the name or the key is somebody's who may act.
    """
    name, kid = technician.name, technician.kid
    either = sa.or_(technicians.c.name == name, technicians.c.kid == kid)
    held = connection.execute(sa.select(technicians).where(either)).all()
    if any(row.name != name or row.disabled_at is None for row in held):
        raise Declined(
            "technician_taken",
            f"there is a technician {name} already; disable that one first, or choose another name",
        )
    connection.execute(sa.delete(technicians).where(technicians.c.name == name))
    connection.execute(sa.insert(technicians).values(**asdict(technician)))


def find(connection: sa.Connection, name: str) -> Technician | None:
    """The technician of this name, disabled or not."""
    row = connection.execute(sa.select(technicians).where(technicians.c.name == name)).one_or_none()
    return Technician(*row) if row else None


def find_by_key(connection: sa.Connection, kid: str) -> Technician | None:
    """The technician whose key this is, disabled or not."""
    row = connection.execute(sa.select(technicians).where(technicians.c.kid == kid)).one_or_none()
    return Technician(*row) if row else None


def all_technicians(connection: sa.Connection) -> list[Technician]:
    """Everybody, by name."""
    rows = connection.execute(sa.select(technicians).order_by(technicians.c.name))
    return [Technician(*row) for row in rows]


def disable(connection: sa.Connection, name: str, *, at: str) -> None:
    """The technician may act no more, from this moment; again changes nothing. Raises Declined for nobody."""
    if find(connection, name) is None:
        raise Declined("technician_unknown", f"there is no technician {name}; see `technicians list`")
    acting = sa.and_(technicians.c.name == name, technicians.c.disabled_at.is_(None))
    connection.execute(sa.update(technicians).where(acting).values(disabled_at=at))
