"""The settings of devices, every version that was ever made, with those that a device refused."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from device.province_settings import ClerkEntry, Indicators, Names, PhoneOffer, VisitRules
from province.store.device_tables import presence, settings


class Body(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What an operator sets, as in the message; the assignment is the registry's."""

    names: Names | None = None
    clerks: list[ClerkEntry] = []
    indicator_list: Indicators | None = None
    rules: VisitRules = VisitRules()
    phone: PhoneOffer | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One version for one device. `refused_why`: the device cannot take it."""

    device: str
    version: int
    body: Body
    made_at: str
    refused_why: str | None


def newest(connection: sa.Connection, device: str) -> Version | None:
    """The settings that the device is to have, None when nobody has set any."""
    row = connection.execute(
        sa.select(settings).where(settings.c.device == device).order_by(settings.c.version.desc()).limit(1)
    ).one_or_none()
    if row is None:
        return None
    body = msgspec.json.decode(row.body, type=Body)
    return Version(row.device, row.version, body, row.made_at, row.refused_why)


def add(connection: sa.Connection, device: str, body: Body, *, at: str) -> int:
    """A new version, higher than every one this province or the device has known; its number.

    The device's count too: a province restored from a backup has forgotten versions that are in force, or
    that were refused.
    """
    own = sa.select(sa.func.max(settings.c.version)).where(settings.c.device == device)
    announced = sa.select(presence.c.settings_version, presence.c.settings_known).where(
        presence.c.device == device
    )
    known = (connection.execute(own).scalar(), *connection.execute(announced).one())
    version = max(number or 0 for number in known) + 1
    text = msgspec.json.encode(body).decode("utf-8")
    connection.execute(sa.insert(settings).values(device=device, version=version, body=text, made_at=at))
    return version


def give_next_number(connection: sa.Connection, device: str, version: int, *, at: str) -> None:
    """The device has other settings of `version`, or newer ones: those it is to have become a new version."""
    to_have = newest(connection, device)
    if to_have is not None and to_have.version == version:
        add(connection, device, to_have.body, at=at)


def note_refused(connection: sa.Connection, device: str, version: int, why: str) -> None:
    """The device cannot take this version."""
    connection.execute(
        sa.update(settings)
        .where(settings.c.device == device, settings.c.version == version)
        .values(refused_why=why)
    )


def newest_versions(connection: sa.Connection, *, only: str | None = None) -> dict[str, int]:
    """By device, the version it is to have; of `only` that device."""
    wanted = sa.select(settings.c.device, sa.func.max(settings.c.version)).group_by(settings.c.device)
    if only is not None:
        wanted = wanted.where(settings.c.device == only)
    return {row[0]: row[1] for row in connection.execute(wanted)}
