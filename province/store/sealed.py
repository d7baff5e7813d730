"""Sealed blobs as they came, each beside the row that names it. Nothing here can open one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated

import msgspec
import sqlalchemy as sa

from device.row import Row
from province.store.ledger_tables import sealed, sealed_aside

MOST_ASIDE_OF_DEVICE = 64  # so that a device gone wrong fills no disk

_Hash = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class Named(msgspec.Struct, frozen=True):
    """What a row says of its blob: the SHA-256, and what it is for."""

    sha256: _Hash
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Blob:
    """A sealed blob. `kid`: the key it is sealed to, by the device's own word."""

    log_id: str
    seq: int
    sha256: str
    kid: str
    suite: str
    enc: bytes
    ct: bytes


@dataclass(frozen=True, slots=True)
class Aside:
    """A blob kept aside: `device` sent it for a row that does not name it."""

    id: int
    log_id: str
    seq: int
    sha256: str
    device: str
    received_at: str


def named_by(row: Row) -> Named | None:
    """What `row` names; None for nothing, or nothing that can be read."""
    try:
        return msgspec.convert(row.get("sealed"), Named | None)
    except msgspec.ValidationError:
        return None


def keep(connection: sa.Connection, blob: Blob, *, device: str, at: str) -> None:
    """Keep a blob whose row holds none yet; the database refuses a second one."""
    connection.execute(
        sa.insert(sealed).values(
            log_id=blob.log_id,
            seq=blob.seq,
            sha256=blob.sha256,
            kid=blob.kid,
            suite=blob.suite,
            enc=blob.enc,
            ct=blob.ct,
            device=device,
            received_at=at,
        )
    )


def find(connection: sa.Connection, log_id: str, sha256: str) -> Blob | None:
    """The blob of this hash in a log; several rows of a visit may name it."""
    columns = (sealed.c[name] for name in Blob.__slots__)
    wanted = sa.select(*columns).where(sealed.c.log_id == log_id, sealed.c.sha256 == sha256)
    row = connection.execute(wanted.order_by(sealed.c.seq).limit(1)).first()
    if row is None:
        return None
    return Blob(row.log_id, row.seq, row.sha256, row.kid, row.suite, bytes(row.enc), bytes(row.ct))


def held(connection: sa.Connection, named: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Of pairs of log and hash those whose blob is here."""
    if not named:
        return set()
    hashes = sorted({sha256 for _, sha256 in named})
    rows = connection.execute(sa.select(sealed.c.log_id, sealed.c.sha256).where(sealed.c.sha256.in_(hashes)))
    return {(row.log_id, row.sha256) for row in rows}.intersection(named)


def set_aside(
    connection: sa.Connection, *, log_id: str, seq: int, sha256: str, device: str, raw: bytes, at: str
) -> bool:
    """Keep a whole message `raw` for a person to look at, once; False when there is no room for more."""
    of_device = sa.select(sealed_aside.c.log_id, sealed_aside.c.seq, sealed_aside.c.sha256).where(
        sealed_aside.c.device == device
    )
    kept = [tuple(row) for row in connection.execute(of_device)]
    if (log_id, seq, sha256) in kept:
        return True
    if len(kept) >= MOST_ASIDE_OF_DEVICE:
        return False
    connection.execute(
        sa.insert(sealed_aside).values(
            log_id=log_id, seq=seq, sha256=sha256, device=device, received_at=at, raw=raw
        )
    )
    return True


def asides(connection: sa.Connection) -> list[Aside]:
    """Every blob kept aside, the first first."""
    columns = [sealed_aside.c[name] for name in Aside.__slots__]
    return [Aside(*row) for row in connection.execute(sa.select(*columns).order_by(sealed_aside.c.id))]
