"""Failed logins: after a few, a name is closed for a while, whether or not anybody has it."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from device.clock import wall_text
from province.store.access import secret_hash
from province.store.account_tables import attempts
from province.store.dialect import insert_replacing

FREE = 5
FIRST = timedelta(seconds=10)
MOST = timedelta(minutes=15)
FORGOTTEN = timedelta(days=1)
# Names that strangers make up fill no disk.
KEPT = 10_000


def closed_until(connection: sa.Connection, name: str, now: datetime) -> datetime | None:
    """Until when nobody is let in under `name`; None when it is open."""
    row = connection.execute(
        sa.select(attempts.c.closed_until).where(attempts.c.name_hash == _key(name))
    ).one_or_none()
    if row is None:
        return None
    until = datetime.fromisoformat(row.closed_until)
    return until if until > now else None


def note_failure(connection: sa.Connection, name: str, now: datetime) -> None:
    """One more failure: from the fifth on the name is closed, twice as long each time."""
    connection.execute(sa.delete(attempts).where(attempts.c.last_at < wall_text(now - FORGOTTEN)))
    many = connection.execute(sa.select(sa.func.count()).select_from(attempts)).scalar_one()
    if many >= KEPT:
        oldest = sa.select(attempts.c.name_hash).order_by(attempts.c.last_at).limit(KEPT // 10)
        connection.execute(sa.delete(attempts).where(attempts.c.name_hash.in_(oldest)))
    key = _key(name)
    held = connection.execute(sa.select(attempts.c.times).where(attempts.c.name_hash == key)).scalar()
    times = 1 + (held or 0)
    closed = now if times < FREE else now + min(MOST, FIRST * 2 ** min(times - FREE, 10))
    connection.execute(
        insert_replacing(connection, attempts, "times", "last_at", "closed_until").values(
            name_hash=key, times=times, last_at=wall_text(now), closed_until=wall_text(closed)
        )
    )


def forget(connection: sa.Connection, name: str) -> None:
    """The right password was given."""
    connection.execute(sa.delete(attempts).where(attempts.c.name_hash == _key(name)))


def _key(name: str) -> str:
    return secret_hash("name " + name)
