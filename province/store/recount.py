"""A recount of everything from the rows themselves: proof that nobody has changed the figures."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from province.store import tallies
from province.store.columns import Truth
from province.store.dialect import lock_out_writers
from province.store.figure_tables import awaiting, grouped, groups
from province.store.figure_tables import tallies as tallies_table
from province.store.groups import LEVELS, SIZE, await_group
from province.store.ledger_tables import ratings
from province.tally import GroupPlace, Tallied, TallyKey, tally, tally_group

_PORTION = 5000


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that is not what the rows add up to."""

    what: str
    kept: int
    counted: int


def differences(connection: sa.Connection) -> list[Difference]:
    """Every figure that differs; empty is the proof."""
    kept_of = tallies.figures_by_day(connection)
    found: list[Difference] = []
    for day in sorted(kept_of.keys() | set(_days(connection))):
        kept, counted = tallies.of_day(connection, day, kept_of.get(day, ())), _count(connection, day)
        found += [
            Difference(" ".join(map(str, key)), kept.get(key, 0), counted.get(key, 0))
            for key in sorted(kept.keys() | counted.keys())
            if kept.get(key, 0) != counted.get(key, 0)
        ]
    return found + _bad_groups(connection)


def repair(connection: sa.Connection) -> None:
    """Put the recount in the place of the tallies. Groups stay as they were shown.

    Whoever else would write waits, and ends what it has begun: else a row could be counted twice or never.
    """
    lock_out_writers(connection, ratings, groups, tallies_table)
    tallies.remove_all(connection)
    for day in _days(connection):
        tallies.write(connection, _count(connection, day))


def begin(connection: sa.Connection) -> None:
    """Count rows that were stored by a program that kept no tallies."""
    # In this order: of what another process commits meanwhile, whoever sees the row sees its figures too.
    if connection.execute(sa.select(ratings.c.id).where(ratings.c.kind == "rating").limit(1)).first() is None:
        return
    if connection.execute(sa.select(tallies_table.c.day).limit(1)).first() is not None:
        return
    repair(connection)
    place = 0
    while rows := _portion(connection, place):
        place = max(rows)
        await_group(connection, rows)


def _days(connection: sa.Connection) -> list[str]:
    """Every day that has a rating or a group. One at a time is counted: its lines find room in memory."""
    of_ratings, of_groups = sa.select(ratings.c.day), sa.select(groups.c.day)
    return sorted(connection.execute(sa.union(of_ratings, of_groups)).scalars())


def _count(connection: sa.Connection, day: str) -> dict[TallyKey, int]:
    """What the rows of a day add up to."""
    total: Counter[TallyKey] = Counter()
    rows = sa.select(*tallies.COLUMNS).where(ratings.c.day == day, ratings.c.kind == "rating")
    for portion in connection.execute(rows, execution_options={"yield_per": _PORTION}).partitions():
        total.update(tally(map(tallies.read_tallied, portion)))
    for group in connection.execute(sa.select(groups).where(groups.c.day == day)):
        levels = {level: getattr(group, f"level_{level}") for level in LEVELS}
        of_group = GroupPlace(group.device, group.window, group.clerk)
        total.update(tally_group(of_group, group.day, levels, json.loads(group.reasons)))
    return dict(total)


def _portion(connection: sa.Connection, after: int) -> dict[int, Tallied]:
    rows = connection.execute(
        sa.select(*tallies.COLUMNS)
        .where(ratings.c.id > after, ratings.c.kind == "rating")
        .order_by(ratings.c.id)
        .limit(_PORTION)
    )
    return {row.id: tallies.read_tallied(row) for row in rows}


def _bad_groups(connection: sa.Connection) -> list[Difference]:
    """Groups that are not the sum of ten ratings; ratings that count and are in no group nor awaiting one."""
    shown: sa.ColumnElement[int] = sa.literal(0)
    for level in LEVELS:
        shown += groups.c[f"level_{level}"]
    members = (
        sa.select(sa.func.count())
        .where(grouped.c.group_id == groups.c.id)
        .correlate(groups)
        .scalar_subquery()
    )
    agreeing = [
        sa.select(sa.func.count())
        .select_from(grouped.join(ratings, ratings.c.id == grouped.c.rating))
        .where(grouped.c.group_id == groups.c.id, ratings.c.level == level)
        .correlate(groups)
        .scalar_subquery()
        == groups.c[f"level_{level}"]
        for level in LEVELS
    ]
    wrong = connection.execute(
        sa.select(groups.c.id, members, shown).where(
            sa.or_(members != SIZE, shown != SIZE, sa.not_(sa.and_(*agreeing)))
        )
    ).all()
    visited = ratings.alias("visited")
    in_group = sa.exists().where(
        grouped.c.rating == visited.c.id,
        visited.c.device == ratings.c.device,
        visited.c.visit == ratings.c.visit,
    )
    waiting = sa.exists().where(awaiting.c.rating == ratings.c.id)
    lost = connection.execute(
        sa.select(sa.func.count())
        .select_from(ratings)
        .where(
            ratings.c.kind == "rating",
            ratings.c.counted == sa.literal(True, Truth()),
            ratings.c.level.is_not(None),
            sa.not_(sa.or_(waiting, in_group)),
        )
    ).scalar_one()
    found = [Difference(f"group {id}", number, SIZE) for id, number, _ in wrong]
    return [*found, Difference("ratings in no group", 0, lost)] if lost else found
