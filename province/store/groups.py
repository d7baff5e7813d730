"""Levels as viewers see them: ten ratings of one device, window and clerk together, an hour late.

A rating is in one group only and a group never changes: whatever two answers are subtracted, the rest is
whole groups. One partition serves every scope; a second, by matter say, would cut it into smaller pieces.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from device.clock import wall_text
from province.store.dialect import insert_rows, is_among
from province.store.figure_tables import awaiting, grouped, groups
from province.store.ledger_tables import ratings
from province.store.tallies import add_lines, of_ids
from province.tally import GroupPlace, Tallied, TallyKey, tally_group

SIZE = 10
LATE = timedelta(hours=1)
# Groups made in one transaction: enough for a province, few enough that ingest never waits long.
PORTION = 200

_PLACES_AT_ONCE = 20

LEVELS = range(5, 0, -1)


def await_group(
    connection: sa.Connection, rows: Mapping[int, Tallied], *, again: Collection[int] | None = None
) -> None:
    """Ratings, by id, that count from now on. A visit that is in a group already is not shown again.

    `again`: those whose visit has earlier rows; None where that is not known.
    """
    new = {id: row for id, row in rows.items() if row.is_level}
    doubtful = [id for id in new if again is None or id in again]
    shown = _shown_visits(connection, doubtful) if doubtful else set()
    lines = [
        {
            "rating": id,
            "device": row.device,
            "window": row.window or "",
            "clerk": row.clerk or "",
            "received_at": row.received_at,
        }
        for id, row in sorted(new.items())
        if id not in shown
    ]
    if lines:
        insert_rows(connection, sa.insert(awaiting), lines)


def forget(connection: sa.Connection, ids: Iterable[int]) -> None:
    """Ratings that count no more; those in a group stay there, for it was shown."""
    connection.execute(sa.delete(awaiting).where(is_among(connection, awaiting.c.rating, list(ids))))


def release(connection: sa.Connection, now: datetime) -> int:
    """Make the groups that are due, the oldest ratings first, at most PORTION; how many were made."""
    due = wall_text(now - LATE)
    tens = [ten for place, wanted in _ripe(connection, due) for ten in _tens(connection, place, wanted, due)]
    if tens:
        _show(connection, tens, wall_text(now))
    return len(tens)


def _shown_visits(connection: sa.Connection, ids: list[int]) -> set[int]:
    """Those of the ratings `ids` whose visit has another rating in a group."""
    new, old = ratings.alias("new"), ratings.alias("old")
    found = connection.execute(
        sa.select(new.c.id)
        .join(old, sa.and_(old.c.device == new.c.device, old.c.visit == new.c.visit, old.c.id != new.c.id))
        .join(grouped, grouped.c.rating == old.c.id)
        .where(is_among(connection, new.c.id, ids))
    )
    return {row.id for row in found}


class _Ten(NamedTuple):
    """Ten ratings of one place, by id."""

    place: GroupPlace
    rows: Mapping[int, Tallied]


def _ripe(connection: sa.Connection, due: str) -> list[tuple[GroupPlace, int]]:
    """Places where ten ratings or more wait since before `due`, each with so many groups: PORTION in all."""
    key = (awaiting.c.device, awaiting.c.window, awaiting.c.clerk)
    found: list[tuple[GroupPlace, int]] = []
    left = PORTION
    with connection.execute(
        sa.select(*key, sa.func.count().label("number"))
        .where(awaiting.c.received_at <= due)
        .group_by(*key)
        .having(sa.func.count() >= SIZE)
        .order_by(*key),
        execution_options={"yield_per": _PLACES_AT_ONCE},  # after a backlog the first places are enough
    ) as places:
        for device, window, clerk, number in places:
            wanted = min(number // SIZE, left)
            found.append((GroupPlace(device, window, clerk), wanted))
            left -= wanted
            if not left:
                break
    return found


def _tens(connection: sa.Connection, place: GroupPlace, wanted: int, due: str) -> list[_Ten]:
    """The oldest ratings of a place, at most `wanted` tens."""
    ids = connection.execute(
        sa.select(awaiting.c.rating)
        .where(
            awaiting.c.device == place.device,
            awaiting.c.window == place.window,
            awaiting.c.clerk == place.clerk,
            awaiting.c.received_at <= due,
        )
        .order_by(awaiting.c.rating)
        .limit(wanted * SIZE)
        .with_for_update()
    ).scalars()
    rows = sorted(of_ids(connection, ids.all()).items())
    return [_Ten(place, dict(rows[n : n + SIZE])) for n in range(0, len(rows) - SIZE + 1, SIZE)]


def _show(connection: sa.Connection, tens: Sequence[_Ten], at: str) -> None:
    shown: Counter[TallyKey] = Counter()
    lines: list[dict[str, object]] = []
    for place, rows in tens:
        levels = Counter(row.level for row in rows.values() if row.level is not None)
        reasons = Counter(code for row in rows.values() for code in row.reasons)
        day = max(row.day for row in rows.values())
        lines.append(
            {
                **place._asdict(),
                "day": day,
                "released_at": at,
                "reasons": json.dumps(reasons, ensure_ascii=False, sort_keys=True),
                **{f"level_{level}": levels[level] for level in LEVELS},
            }
        )
        shown.update(tally_group(place, day, levels, reasons))
    made = sa.insert(groups).returning(groups.c.id, sort_by_parameter_order=True)
    numbers = connection.execute(made, lines).scalars().all()
    members = [
        {"rating": id, "group_id": number}
        for number, ten in zip(numbers, tens, strict=True)
        for id in ten.rows
    ]
    insert_rows(connection, sa.insert(grouped), members)
    forget(connection, [member["rating"] for member in members])
    add_lines(connection, shown)
