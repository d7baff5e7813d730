"""The rows whose visit may still go on, until it is settled."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from province.store import tallies
from province.store.dialect import is_among
from province.store.ledger_tables import UNSETTLED, ratings


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A row, as settling looks at it."""

    id: int
    visit: str
    level: int | None
    reasoned: bool | None
    counted: bool
    marks: tuple[str, ...]
    received_at: str


def of_log(connection: sa.Connection, log_id: str) -> list[Unsettled]:
    """The unsettled rows of a log."""
    columns = [ratings.c[name] for name in Unsettled.__slots__]
    rows = connection.execute(sa.select(*columns).where(UNSETTLED, ratings.c.log_id == log_id))
    return [
        Unsettled(
            row.id,
            row.visit,
            row.level,
            row.reasoned,
            row.counted,
            tuple(json.loads(row.marks)),
            row.received_at,
        )
        for row in rows
    ]


def silent_logs(connection: sa.Connection, until: str, limit: int) -> list[str]:
    """At most `limit` logs that have unsettled rows, of which none arrived after `until`."""
    last = sa.func.max(ratings.c.received_at)
    rows = connection.execute(
        sa.select(ratings.c.log_id)
        .where(UNSETTLED)
        .group_by(ratings.c.log_id)
        .having(last <= until)
        .limit(limit)
    )
    return [row.log_id for row in rows]


def settle(connection: sa.Connection, rows: Iterable[Unsettled], at: str) -> None:
    """Note that these rows are settled."""
    ids = [row.id for row in rows]
    if ids:
        connection.execute(
            sa.update(ratings).where(is_among(connection, ratings.c.id, ids)).values(settled_at=at)
        )


def mark(connection: sa.Connection, rows: Sequence[Unsettled], new: str) -> None:
    """Add a mark to these rows, and to the figures."""
    if not rows:
        return
    before = tallies.of_ids(connection, [row.id for row in rows])
    connection.execute(
        sa.update(ratings)
        .where(ratings.c.id == sa.bindparam("marked"))
        .values(marks=sa.bindparam("all_marks")),
        [{"marked": row.id, "all_marks": json.dumps((*row.marks, new))} for row in rows],
    )
    after = [replace(row, marks=(*row.marks, new)) for row in before.values()]
    tallies.add(connection, after, before.values())
