"""The rows whose device did not trust its clock, until an anchor gives them their time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa

from province.store import tallies
from province.store.ledger_tables import UNTIMED, ratings

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Untimed:
    """A row without a time that can be believed; `mono_ms` is that of its boot."""

    id: int
    mono_ms: int


@dataclass(frozen=True, slots=True)
class RowTime:
    """The time of a row by the province's reckoning, and the day in China it counts for."""

    at: str
    day: str


def of_boot(connection: sa.Connection, device: str, boot: str) -> list[Untimed]:
    """The untimed rows of one boot of a device."""
    rows = connection.execute(
        sa.select(ratings.c.id, ratings.c.mono_ms).where(
            UNTIMED, ratings.c.device == device, ratings.c.boot == boot, ratings.c.mono_ms.is_not(None)
        )
    )
    return [Untimed(row.id, row.mono_ms) for row in rows]


def give_times(connection: sa.Connection, times: Mapping[int, RowTime]) -> None:
    """Note the times of rows, by id. The figures follow: a row leaves the day and hour it counted for."""
    ids = sorted(times)
    for first in range(0, len(ids), _AT_ONCE):
        some = ids[first : first + _AT_ONCE]
        before = tallies.of_ids(connection, some)
        connection.execute(
            sa.update(ratings)
            .where(ratings.c.id == sa.bindparam("timed"))
            .values(at_corrected=sa.bindparam("new_at"), day=sa.bindparam("new_day")),
            [{"timed": id, "new_at": times[id].at, "new_day": times[id].day} for id in some],
        )
        after = [replace(row, at=times[id].at, day=times[id].day) for id, row in before.items()]
        tallies.add(connection, after, before.values())
