"""What each device last said of itself, and when it was last heard and answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from province.store.device_tables import presence


@dataclass(frozen=True, slots=True)
class Presence:
    """A device as last heard. `session`: that of its last hello; `queue`: rows it holds no receipt for yet.

    `online` is what the device or the broker last said while the province was connected. `condition`: JSON of
    province.roster.DeviceCondition. `settings_version`: in force; `settings_known`: the highest it has had.
    `assignment`: the number in force on the device.
    """

    device: str
    session: str | None
    seen_at: str | None
    receipt_at: str | None
    online: bool
    online_session: str | None
    queue: int | None
    clock: str | None
    software: str | None
    condition: str | None = None
    settings_version: int | None = None
    settings_known: int | None = None
    assignment: int | None = None


def find(connection: sa.Connection, device: str) -> Presence:
    """The presence of a registered device."""
    return Presence(*connection.execute(sa.select(presence).where(presence.c.device == device)).one())


def all_presences(connection: sa.Connection, *, only: str | None = None) -> dict[str, Presence]:
    """Every device's presence, or `only` that one's."""
    wanted = sa.select(presence)
    if only is not None:
        wanted = wanted.where(presence.c.device == only)
    return {row.device: Presence(*row) for row in connection.execute(wanted)}


def record(connection: sa.Connection, device: str, **changed: Any) -> None:
    """Change the named fields of a device's presence."""
    # What a device says of itself may hold a null character, which is no text for PostgreSQL.
    changed = {name: v.replace("\0", "\ufffd") if isinstance(v, str) else v for name, v in changed.items()}
    connection.execute(sa.update(presence).where(presence.c.device == device).values(**changed))


def forget_online(connection: sa.Connection) -> None:
    """Nobody is known to be online: what was heard before the province's own connection broke is stale."""
    connection.execute(sa.update(presence).values(online=False))
