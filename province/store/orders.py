"""The orders to devices, with what became of them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from province.store.device_tables import orders

NEWEST = 5
MOST_WAITING = 20


@dataclass(frozen=True, slots=True)
class Ordered:
    """One order. `outcome` null: not answered; it is sent until `expires_at`."""

    id: str
    device: str
    kind: str
    arguments: dict[str, str]
    issued_at: str
    expires_at: str
    outcome: str | None
    why: str | None
    replied_at: str | None


def add(
    connection: sa.Connection, device: str, kind: str, arguments: Mapping[str, str], *, at: str, expires: str
) -> str:
    """Keep a new order; its id."""
    id_ = f"o-{secrets.token_hex(16)}"
    connection.execute(
        sa.insert(orders).values(
            id=id_,
            device=device,
            kind=kind,
            arguments=json.dumps(dict(arguments)),
            issued_at=at,
            expires_at=expires,
        )
    )
    return id_


def waiting(connection: sa.Connection, device: str, *, now: str) -> list[Ordered]:
    """The orders that the device has not answered and may still begin, the oldest first."""
    rows = connection.execute(
        sa.select(orders)
        .where(orders.c.device == device, orders.c.outcome.is_(None), orders.c.expires_at > now)
        .order_by(orders.c.issued_at, orders.c.id)
        .limit(MOST_WAITING)
    )
    return [_ordered(row) for row in rows]


def devices_waiting(connection: sa.Connection, *, now: str) -> list[str]:
    """The devices that such orders are for."""
    found = sa.select(orders.c.device).where(orders.c.outcome.is_(None), orders.c.expires_at > now)
    return [row.device for row in connection.execute(found.distinct())]


def newest_by_device(connection: sa.Connection, *, only: str | None = None) -> dict[str, list[Ordered]]:
    """By device, its newest orders, newest first; of `only` that device."""
    age = sa.func.row_number().over(
        partition_by=orders.c.device, order_by=(orders.c.issued_at.desc(), orders.c.id)
    )
    all_of_them = sa.select(orders, age.label("age"))
    if only is not None:
        all_of_them = all_of_them.where(orders.c.device == only)
    aged = all_of_them.subquery()
    rows = connection.execute(
        sa.select(*(aged.c[column.name] for column in orders.c))
        .where(aged.c.age <= NEWEST)
        .order_by(aged.c.device, aged.c.age)
    )
    found: dict[str, list[Ordered]] = {}
    for row in rows:
        found.setdefault(row.device, []).append(_ordered(row))
    return found


def awaits(connection: sa.Connection, order: str, *, device: str, kind: str) -> bool:
    """Whether this is an order of this kind to this device, which it has not answered yet."""
    found = sa.select(orders.c.id).where(
        orders.c.id == order,
        orders.c.device == device,
        orders.c.kind == kind,
        orders.c.outcome.is_(None),
    )
    return connection.execute(found).one_or_none() is not None


def note_reply(
    connection: sa.Connection, device: str, order: str, *, outcome: str, why: str | None, at: str
) -> None:
    """What the device says became of its order: the first answer stays."""
    connection.execute(
        sa.update(orders)
        .where(orders.c.id == order, orders.c.device == device, orders.c.outcome.is_(None))
        .values(outcome=outcome, why=why, replied_at=at)
    )


def _ordered(row: sa.Row[tuple[object, ...]]) -> Ordered:
    values = dict(row._mapping)
    return Ordered(**{**values, "arguments": json.loads(values["arguments"])})
