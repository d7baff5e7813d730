"""The boots that a device said hello from last, the newest first."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from province.store.device_tables import boots

KEPT = 8


@dataclass(frozen=True, slots=True)
class Boot:
    """A boot by its id. `session`: that of its newest hello, heard at `heard_at`.

    `sent_at`: when it was sent, by a clock that the device trusted; None if it did not.
    """

    boot: str
    session: str
    sent_at: str | None
    heard_at: str


def of_device(connection: sa.Connection, device: str) -> list[Boot]:
    """The last boots of a device, the present one first."""
    columns = (boots.c.boot, boots.c.session, boots.c.sent_at, boots.c.heard_at)
    found = sa.select(*columns).where(boots.c.device == device).order_by(boots.c.place.desc())
    return [Boot(*row) for row in connection.execute(found)]


def put_first(connection: sa.Connection, device: str, boot: Boot) -> None:
    """This is the device's present boot; what falls behind the eighth is forgotten."""
    of_this = boots.c.device == device
    last = connection.execute(sa.select(sa.func.max(boots.c.place)).where(of_this)).scalar_one() or 0
    connection.execute(sa.delete(boots).where(of_this, boots.c.boot == boot.boot))
    connection.execute(
        sa.insert(boots).values(
            device=device,
            boot=boot.boot,
            place=last + 1,
            session=boot.session,
            sent_at=boot.sent_at,
            heard_at=boot.heard_at,
        )
    )
    kept = sa.select(boots.c.boot).where(of_this).order_by(boots.c.place.desc()).limit(KEPT)
    connection.execute(sa.delete(boots).where(of_this, boots.c.boot.not_in(kept)))
