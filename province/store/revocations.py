"""Devices shut out and let in again: what holds now is with the device, what was done is kept for good."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from province.store.device_tables import devices, presence
from province.store.identity_tables import revocations
from province.store.registry import Device


@dataclass(frozen=True, slots=True)
class Revoking:
    """That somebody shut a device out (`revoked`), or let it in again."""

    device: str
    revoked: bool
    why: str
    by: str
    at: str


def record(connection: sa.Connection, done: Revoking) -> None:
    """Shut the device out, or let it in again, from this transaction on; who did it is kept."""
    connection.execute(
        sa.update(devices)
        .where(devices.c.device == done.device)
        .values(revoked_at=done.at if done.revoked else None, revoked_why=done.why if done.revoked else None)
    )
    if done.revoked:
        same = presence.c.device == done.device
        connection.execute(sa.update(presence).where(same).values(online=False))
    connection.execute(
        sa.insert(revocations).values(
            device=done.device, revoked=done.revoked, why=done.why, by=done.by, at=done.at
        )
    )


def of_device(connection: sa.Connection, device: str) -> list[Revoking]:
    """All that was done to a device, the newest first."""
    columns = (getattr(revocations.c, name) for name in ("device", "revoked", "why", "by", "at"))
    found = sa.select(*columns).where(revocations.c.device == device).order_by(revocations.c.id.desc())
    return [Revoking(*row) for row in connection.execute(found)]


def reinstated_devices(connection: sa.Connection) -> list[Device]:
    """Every device that was shut out and is not any more, by id: somebody let it in again."""
    ever = sa.select(revocations.c.device)
    found = sa.select(devices).where(devices.c.revoked_at.is_(None), devices.c.device.in_(ever))
    return [Device(*row) for row in connection.execute(found.order_by(devices.c.device))]


def revoked_devices(connection: sa.Connection) -> list[Device]:
    """Every device that is shut out, by id."""
    found = sa.select(devices).where(devices.c.revoked_at.is_not(None)).order_by(devices.c.device)
    return [Device(*row) for row in connection.execute(found)]
