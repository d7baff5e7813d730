"""The roster: every registered device with what is known of it."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import msgspec
import sqlalchemy as sa
from cryptography import x509

from device.clock import wall_text
from device.device_code import DeviceCode, NotACode
from province.role import Principal
from province.store import logs, orders, places, presence, registry, settings, windows
from sync.contract.messages import Status


@dataclass(frozen=True, slots=True)
class RosterLog:
    """One log of a device: the last row held and its hash."""

    log_id: str
    through: int
    head: str
    quarantined: bool
    repeated: int


class DeviceCondition(msgspec.Struct, frozen=True, kw_only=True):
    """How a device was when it last said so; null where that is not known.

    `disk_free`: bytes. `key_health`: "ok" or "suspect". `keys_proven_on`: the day since which each key is
    proven. `faults`: codes as on its screen, or "device_silent". `screen`: whether it draws what it is given.
    `clock_source`: "kernel", "receipt" or "none".
    """

    disk_free: int | None = None
    temperature_c: float | None = None
    clock_source: str | None = None
    key_health: str | None = None
    keys_proven_on: str | None = None
    faults: list[str] = []
    screen: bool | None = None


def condition_text(status: Status) -> str:
    """What `status` says of it, as presence keeps it."""
    condition = msgspec.convert(status, DeviceCondition, from_attributes=True)
    return msgspec.json.encode(condition).decode("utf-8")


@dataclass(frozen=True, slots=True)
class RosterOrder:
    """One of the newest orders to a device. `outcome` null: it has not answered."""

    id: str
    kind: str
    issued_at: str
    outcome: str | None
    why: str | None


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One device. Times are RFC 3339 in China's zone, null for what never happened.

    `queue`: rows the device held no receipt for when it last said so. From `disk_free` to `screen`:
    DeviceCondition. `settings_version`: in force on the device, as it last said; `settings_wanted`: what the
    province has set. `code`: what its sticker shows, of ids of our make. `hall`: by code.
    `certificate_serial`: hexadecimal. `revoked_at`: since when it is shut out.
    """

    device: str
    window: str | None
    assignment: int | None
    kid: str
    registered_at: str
    online: bool
    seen_at: str | None
    receipt_at: str | None
    queue: int | None
    clock: str | None
    software: str | None
    logs: list[RosterLog]
    disk_free: int | None = None
    temperature_c: float | None = None
    clock_source: str | None = None
    key_health: str | None = None
    keys_proven_on: str | None = None
    faults: list[str] = field(default_factory=list)
    screen: bool | None = None
    settings_version: int | None = None
    settings_wanted: int | None = None
    code: str | None = None
    window_name: str | None = None
    window_number: str | None = None
    hall: str | None = None
    hall_name: str | None = None
    certificate_serial: str | None = None
    certificate_ends: str | None = None
    revoked_at: str | None = None
    revoked_why: str | None = None
    orders: list[RosterOrder] = field(default_factory=list)


def read_roster(
    connection: sa.Connection, *, only: str | None = None, orders_too: bool = True
) -> list[RosterEntry]:
    """Every device by id, or `only` that one; as many queries for a thousand as for one.

    `orders_too` false: without their orders, which are most of the work.
    """
    assignments = registry.current_assignments(connection, only=only)
    presences = presence.all_presences(connection, only=only)
    held = logs.logs_by_device(connection, only=only)
    wanted = settings.newest_versions(connection, only=only)
    given = orders.newest_by_device(connection, only=only) if orders_too else {}
    placed, halls = windows.all_windows(connection), places.all_halls(connection)
    entries = []
    for device in registry.all_devices(connection, only=only):
        at = assignments.get(device.device)
        window = placed.get(at.window) if at else None
        serial, ends = _certificate(device.certificate)
        heard = presences[device.device]
        condition = msgspec.json.decode(heard.condition or "{}", type=DeviceCondition)
        entries.append(
            RosterEntry(
                device=device.device,
                window=at.window if at else None,
                assignment=at.number if at else None,
                kid=device.kid,
                registered_at=device.registered_at,
                online=heard.online,
                seen_at=heard.seen_at,
                receipt_at=heard.receipt_at,
                queue=heard.queue,
                clock=heard.clock,
                software=heard.software,
                logs=[
                    RosterLog(log.log_id, log.seq, log.head, log.quarantined, log.repeated)
                    for log in held.get(device.device, [])
                ],
                **msgspec.structs.asdict(condition),
                settings_version=heard.settings_version,
                settings_wanted=wanted.get(device.device),
                code=code_of(device.device),
                window_name=window.name if window else None,
                window_number=window.number if window else None,
                hall=window.hall if window else None,
                hall_name=halls[window.hall].name if window else None,
                certificate_serial=serial,
                certificate_ends=ends,
                revoked_at=device.revoked_at,
                revoked_why=device.revoked_why,
                orders=[
                    RosterOrder(order.id, order.kind, order.issued_at, order.outcome, order.why)
                    for order in given.get(device.device, [])
                ],
            )
        )
    return entries


def roster_for(
    connection: sa.Connection, who: Principal, *, only: str | None = None, orders_too: bool = True
) -> list[RosterEntry]:
    """The devices that `who` sees, or `only` that one: all, or those at the windows of their hall."""
    entries = read_roster(connection, only=only, orders_too=orders_too)
    return entries if who.hall is None else [entry for entry in entries if entry.hall == who.hall]


@functools.lru_cache(maxsize=16_384)
def code_of(device: str) -> str | None:
    """What the sticker of a device shows; None for an id of another make."""
    try:
        return str(DeviceCode.of(device))
    except NotACode:
        return None


@functools.lru_cache(maxsize=16_384)
def _certificate(pem: str) -> tuple[str, str]:
    """Serial number and end of a certificate, which never change: read once, for lists are drawn often."""
    certificate = x509.load_pem_x509_certificate(pem.encode("ascii"))
    return f"{certificate.serial_number:x}", wall_text(certificate.not_valid_after_utc)
