"""Which blobs are meant for a device or asked of it, and which of those are here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from province.store.device_tables import blobs
from province.store.dialect import insert_new

BUNDLES_KEPT = 5  # of one device


class Purpose(StrEnum):
    """What a blob is, which says which way it goes."""

    PHOTO = "photo"  # down
    BUNDLE = "bundle"  # up


@dataclass(frozen=True, slots=True)
class Blob:
    """One blob of one device. `kept_at` null: it is not here yet. `for_order`: the order that it answers."""

    device: str
    sha256: str
    purpose: str
    size: int
    for_order: str | None
    noted_at: str
    kept_at: str | None


def name_photos(connection: sa.Connection, device: str, photos: Mapping[str, int], *, at: str) -> None:
    """From now on these pictures (SHA-256 → size), which are here, are meant for the device, no others."""
    mine = sa.and_(blobs.c.device == device, blobs.c.purpose == Purpose.PHOTO)
    connection.execute(sa.delete(blobs).where(mine, blobs.c.sha256.not_in(list(photos))))
    for sha256, size in photos.items():
        connection.execute(
            insert_new(connection, blobs).values(
                device=device, sha256=sha256, purpose=Purpose.PHOTO, size=size, noted_at=at, kept_at=at
            )
        )


def ask_bundle(
    connection: sa.Connection, device: str, *, sha256: str, size: int, order: str, at: str
) -> None:
    """The device has made this bundle for an order, and may bring it. Beyond five its oldest are let go."""
    connection.execute(
        insert_new(connection, blobs).values(
            device=device, sha256=sha256, purpose=Purpose.BUNDLE, size=size, for_order=order, noted_at=at
        )
    )
    for old in bundles(connection, device)[BUNDLES_KEPT:]:
        connection.execute(sa.delete(blobs).where(_is(device, old.sha256, Purpose.BUNDLE)))


def find(connection: sa.Connection, device: str, sha256: str, purpose: Purpose) -> Blob | None:
    """This blob of the device."""
    row = connection.execute(sa.select(blobs).where(_is(device, sha256, purpose))).one_or_none()
    return Blob(*row) if row else None


def note_kept(connection: sa.Connection, device: str, sha256: str, *, at: str) -> None:
    """The bundle is here, whole."""
    asked = _is(device, sha256, Purpose.BUNDLE)
    connection.execute(sa.update(blobs).where(asked, blobs.c.kept_at.is_(None)).values(kept_at=at))


def bundles(connection: sa.Connection, device: str) -> list[Blob]:
    """The device's bundles, here or still to come, the newest first."""
    rows = connection.execute(
        sa.select(blobs)
        .where(blobs.c.device == device, blobs.c.purpose == Purpose.BUNDLE)
        .order_by(blobs.c.noted_at.desc(), blobs.c.sha256)
    )
    return [Blob(*row) for row in rows]


def needed(connection: sa.Connection) -> set[str]:
    """The hashes of all blobs that any device has to do with."""
    return set(connection.execute(sa.select(blobs.c.sha256).distinct()).scalars())


def _is(device: str, sha256: str, purpose: Purpose) -> sa.ColumnElement[bool]:
    return sa.and_(blobs.c.device == device, blobs.c.sha256 == sha256, blobs.c.purpose == purpose)
