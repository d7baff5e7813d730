"""The registered devices, each with its certificate and the windows it was assigned to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from province.errors import RegistrationError
from province.store.device_tables import assignments, devices, presence
from province.store.dialect import lock_out_writers


@dataclass(frozen=True, slots=True)
class Device:
    """A registered device. `kid`: thumbprint of its key; `certificate`: PEM, its chain after it.

    `revoked_at`: since when it is shut out, whatever it shows; None: it is in good standing.
    """

    device: str
    kid: str
    certificate: str
    registered_at: str
    revoked_at: str | None = None
    revoked_why: str | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """That a device serves `window`, by the number that its rows carry. `until_at` None: it still does."""

    device: str
    number: int
    window: str
    since_at: str
    until_at: str | None = None


def find(connection: sa.Connection, device: str) -> Device | None:
    """The device registered under this id."""
    row = connection.execute(sa.select(devices).where(devices.c.device == device)).one_or_none()
    return Device(*row) if row else None


def find_by_key(connection: sa.Connection, kid: str) -> Device | None:
    """The device whose key this is."""
    row = connection.execute(sa.select(devices).where(devices.c.kid == kid)).one_or_none()
    return Device(*row) if row else None


def all_devices(connection: sa.Connection, *, only: str | None = None) -> list[Device]:
    """Every registered device by id, or `only` that one."""
    wanted = sa.select(devices).order_by(devices.c.device)
    if only is not None:
        wanted = wanted.where(devices.c.device == only)
    return [Device(*row) for row in connection.execute(wanted)]


def current_assignments(connection: sa.Connection, *, only: str | None = None) -> dict[str, Assignment]:
    """By device, the assignment that has not ended; of `only` that device."""
    wanted = sa.select(assignments).where(assignments.c.until_at.is_(None)).order_by(assignments.c.number)
    if only is not None:
        wanted = wanted.where(assignments.c.device == only)
    return {row.device: Assignment(*row) for row in connection.execute(wanted)}


def assignments_of(connection: sa.Connection, device: str) -> list[Assignment]:
    """Every assignment that a device ever had, the first first."""
    rows = connection.execute(
        sa.select(assignments).where(assignments.c.device == device).order_by(assignments.c.number)
    )
    return [Assignment(*row) for row in rows]


def assignments_to(connection: sa.Connection, window: str) -> list[Assignment]:
    """Every assignment of a device to a window, the newest first."""
    rows = connection.execute(
        sa.select(assignments)
        .where(assignments.c.window == window)
        .order_by(assignments.c.since_at.desc(), assignments.c.device, assignments.c.number.desc())
    )
    return [Assignment(*row) for row in rows]


def serving(connection: sa.Connection, window: str) -> list[Assignment]:
    """The assignments to a window that have not ended, of devices in good standing, the longest first."""
    rows = connection.execute(
        sa.select(assignments)
        .join(devices, devices.c.device == assignments.c.device)
        .where(
            assignments.c.window == window, assignments.c.until_at.is_(None), devices.c.revoked_at.is_(None)
        )
        .order_by(assignments.c.since_at, assignments.c.device)
    )
    return [Assignment(*row) for row in rows]


def windows_assigned(connection: sa.Connection, device: str, numbers: Collection[int]) -> dict[int, str]:
    """By number, the windows of these assignments of a device, those that were ever given to it."""
    if not numbers:
        return {}
    rows = connection.execute(
        sa.select(assignments.c.number, assignments.c.window).where(
            assignments.c.device == device, assignments.c.number.in_(sorted(numbers))
        )
    )
    return {row.number: row.window for row in rows}


def add(connection: sa.Connection, device: Device, *, window: str, number: int) -> None:
    """Register `device` at `window`. The same again changes nothing but the certificate, which may be newer.

    Raises RegistrationError when the id has another key, the key another id, or the number another window.
    """
    held = connection.execute(
        sa.select(devices).where(sa.or_(devices.c.device == device.device, devices.c.kid == device.kid))
    ).all()
    if not held:
        connection.execute(
            sa.insert(devices).values(
                device=device.device,
                kid=device.kid,
                certificate=device.certificate,
                registered_at=device.registered_at,
            )
        )
        connection.execute(sa.insert(presence).values(device=device.device, online=False))
    elif len(held) > 1 or (held[0].device, held[0].kid) != (device.device, device.kid):
        raise RegistrationError(
            f"device {device.device} or its key is registered already, not as this pair;"
            " give the device an id of its own, or make a new key on it"
        )
    else:
        same = devices.c.device == device.device
        connection.execute(sa.update(devices).where(same).values(certificate=device.certificate))
    _assign(connection, Assignment(device.device, number, window, device.registered_at))


def move(connection: sa.Connection, device: str, *, window: str, at: str) -> None:
    """The device stands at `window` from now on, by the next assignment; nothing when it does already.

    The next number is beyond the device's own too: a province restored from a backup would else give a number
    a second time, and rows of the first would land at the window of the second.
    """
    current = current_assignments(connection).get(device)
    if current is None or current.window != window:
        _assign(connection, Assignment(device, next_number(connection, device), window, at))


def next_number(connection: sa.Connection, device: str) -> int:
    """The number that the device's next assignment gets."""
    announced = connection.execute(
        sa.select(presence.c.assignment).where(presence.c.device == device)
    ).scalar_one_or_none()
    return max(_last_number(connection, device), announced or 0) + 1


def end_assignment(connection: sa.Connection, device: str, *, at: str) -> None:
    """The device serves no window from now on; nothing when it serves none already."""
    serving = sa.and_(assignments.c.device == device, assignments.c.until_at.is_(None))
    connection.execute(sa.update(assignments).where(serving).values(until_at=at))


def end_revoked(connection: sa.Connection, window: str, *, at: str) -> None:
    """Devices that were revoked where they stood make room: nobody else had said that they are gone."""
    for one in assignments_to(connection, window):
        holder = find(connection, one.device)
        if one.until_at is None and holder is not None and holder.revoked_at is not None:
            end_assignment(connection, one.device, at=at)


def put_certificate(connection: sa.Connection, device: str, certificate: str) -> None:
    """The device has a newer certificate (PEM) of the same key."""
    same = devices.c.device == device
    connection.execute(sa.update(devices).where(same).values(certificate=certificate))


def revoke(connection: sa.Connection, device: str, *, at: str, why: str) -> None:
    """Nothing of the device is taken from now on; what was first said stays."""
    standing = sa.and_(devices.c.device == device, devices.c.revoked_at.is_(None))
    connection.execute(sa.update(devices).where(standing).values(revoked_at=at, revoked_why=why))


def revoked_because(connection: sa.Connection, why: str) -> list[str]:
    """The devices that were revoked for this reason, by id."""
    rows = connection.execute(
        sa.select(devices.c.device).where(devices.c.revoked_why == why).order_by(devices.c.device)
    )
    return list(rows.scalars())


def lock(connection: sa.Connection) -> None:
    """Nobody else registers, assigns or revokes until this transaction ends."""
    lock_out_writers(connection, devices, assignments)


def _last_number(connection: sa.Connection, device: str) -> int:
    wanted = sa.select(sa.func.max(assignments.c.number)).where(assignments.c.device == device)
    return connection.execute(wanted).scalar_one() or 0


def _assign(connection: sa.Connection, wanted: Assignment) -> None:
    held = connection.execute(
        sa.select(assignments).where(
            assignments.c.device == wanted.device, assignments.c.number == wanted.number
        )
    ).one_or_none()
    if held is None:
        last = _last_number(connection, wanted.device)
        if wanted.number < last:
            raise RegistrationError(
                f"assignment {wanted.number} was never given to device {wanted.device}, whose last is {last};"
                " give the next number"
            )
        end_assignment(connection, wanted.device, at=wanted.since_at)
        connection.execute(sa.insert(assignments).values(**asdict(wanted)))
    elif held.window != wanted.window:
        raise RegistrationError(
            f"assignment {wanted.number} of device {wanted.device} is to window {held.window};"
            " a move needs the next number"
        )
