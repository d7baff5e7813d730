"""The alarms: what a person should look at. Never a level, words, or a handling number in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from device.clock import wall_text
from province.store.account_tables import alarms

# The same alarm within this time is one line with a number: a device that repeats itself fills no disk.
SAME = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm. `at`, `last_at`: the first and the last of `times` equal ones. `device` may be empty.

    `acknowledged_by`: the operator who has seen to it; the same again is then a new alarm.
    """

    id: int
    at: str
    last_at: str
    times: int
    device: str
    code: str
    detail: str
    acknowledged_at: str | None = None
    acknowledged_by: str | None = None


def raise_alarm(
    connection: sa.Connection, *, device: str, code: str, detail: str, now: datetime, times: int = 1
) -> bool:
    """Record an alarm, or count `times` more of the same; whether it is a new one."""
    at = wall_text(now)
    same = connection.execute(
        sa.select(alarms.c.id)
        .where(
            alarms.c.device == device,
            alarms.c.code == code,
            alarms.c.detail == detail,
            alarms.c.last_at >= wall_text(now - SAME),
            alarms.c.acknowledged_at.is_(None),
        )
        .order_by(alarms.c.id.desc())
        .limit(1)
    ).scalar()
    if same is None:
        connection.execute(
            sa.insert(alarms).values(at=at, last_at=at, times=times, device=device, code=code, detail=detail)
        )
    else:
        again = sa.update(alarms).where(alarms.c.id == same)
        connection.execute(again.values(last_at=at, times=alarms.c.times + times))
    return same is None


def latest(connection: sa.Connection, limit: int) -> list[Alarm]:
    """The newest alarms, newest first."""
    newest = sa.select(alarms).order_by(alarms.c.last_at.desc(), alarms.c.id.desc()).limit(limit)
    return [Alarm(*row) for row in connection.execute(newest)]


def of_device(connection: sa.Connection, device: str, limit: int) -> list[Alarm]:
    """The newest alarms about a device, newest first."""
    newest = sa.select(alarms).where(alarms.c.device == device)
    ordered = newest.order_by(alarms.c.last_at.desc(), alarms.c.id.desc()).limit(limit)
    return [Alarm(*row) for row in connection.execute(ordered)]


def acknowledge(connection: sa.Connection, alarm: int, *, by: str, now: datetime) -> None:
    """Note who has seen to an alarm; whoever was first stays. An id that is none changes nothing."""
    connection.execute(
        sa.update(alarms)
        .where(alarms.c.id == alarm, alarms.c.acknowledged_at.is_(None))
        .values(acknowledged_at=wall_text(now), acknowledged_by=by)
    )


def count_open(connection: sa.Connection) -> int:
    """How many alarms nobody has seen to."""
    return connection.execute(
        sa.select(sa.func.count()).select_from(alarms).where(alarms.c.acknowledged_at.is_(None))
    ).scalar_one()
