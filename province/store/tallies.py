"""The tallies: kept at every commit by what changes, in the same transaction."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from province.store.dialect import by_index, insert_adding, insert_rows, is_among
from province.store.figure_tables import SHOWN_OF_WINDOWS, tallies, windows
from province.store.ledger_tables import ratings
from province.tally import Figure, Scope, Tallied, TallyKey, tally

COLUMNS = (
    ratings.c.id,
    ratings.c.visit,
    ratings.c.day,
    ratings.c.device,
    ratings.c.window,
    ratings.c.clerk,
    ratings.c.outcome,
    ratings.c.level,
    ratings.c.channel,
    ratings.c.invited,
    ratings.c.at,
    ratings.c.at_corrected,
    ratings.c.received_at,
    ratings.c.counted,
    ratings.c.marks,
    ratings.c.row,
)


_SUM = (tallies.c.day, tallies.c.figure, tallies.c.code, sa.func.sum(tallies.c.number))
_PORTION = 10_000

# Where a connection keeps what its transaction has yet to write.
_DUE = "tallies"


class Sum(NamedTuple):
    """So many of `code` in one figure of one day."""

    day: str
    figure: str
    code: str
    number: int


class WindowSum(NamedTuple):
    """So many of `code` in one figure of one window."""

    window: str
    figure: str
    code: str
    number: int


def read_tallied(row: Any) -> Tallied:
    """A stored row, as selected by COLUMNS."""
    return Tallied(
        day=row.day,
        device=row.device,
        window=row.window,
        clerk=row.clerk,
        outcome=row.outcome,
        level=row.level,
        channel=row.channel,
        invited=row.invited,
        at=row.at_corrected or row.at,
        received_at=row.received_at,
        counted=row.counted,
        marks=tuple(json.loads(row.marks)),
        row=msgspec.json.decode(row.row),
    )


def of_rows(connection: sa.Connection, log_id: str, seqs: Collection[int]) -> dict[int, Tallied]:
    """By id, the ratings among these stored rows of a log."""
    found = connection.execute(
        sa.select(*COLUMNS).where(
            ratings.c.log_id == log_id, is_among(connection, ratings.c.seq, seqs), ratings.c.kind == "rating"
        )
    )
    return {row.id: read_tallied(row) for row in found}


def of_ids(connection: sa.Connection, ids: Collection[int]) -> dict[int, Tallied]:
    """By id, the ratings among these stored rows."""
    found = connection.execute(
        sa.select(*COLUMNS).where(is_among(connection, ratings.c.id, ids), ratings.c.kind == "rating")
    )
    return {row.id: read_tallied(row) for row in found}


@contextmanager
def written_last(connection: sa.Connection) -> Iterator[None]:
    """What is added to lines within is written at the end, as the transaction's last locks.

    Each in one order, whatever was locked before: so two transactions never wait for each other.
    """
    due: Counter[TallyKey] = Counter()
    # To ask a connection that broke meanwhile for its notes would raise, and hide why it broke.
    notes = connection.info
    notes[_DUE] = due
    try:
        yield
        _write(connection, due)
    finally:
        del notes[_DUE]


def add(connection: sa.Connection, added: Iterable[Tallied], removed: Iterable[Tallied] = ()) -> None:
    """Count `added` and no longer `removed`."""
    change: Counter[TallyKey] = tally(added)
    change.update(tally(removed, -1))
    add_lines(connection, change)


def add_lines(connection: sa.Connection, change: Mapping[TallyKey, int]) -> None:
    """Add numbers, which may be negative, to lines; written when the transaction ends."""
    connection.info[_DUE].update(change)


def _write(connection: sa.Connection, change: Mapping[TallyKey, int]) -> None:
    lines = sorted((key, number) for key, number in change.items() if number)
    if lines:
        insert_rows(
            connection,
            insert_adding(connection, tallies, "number"),
            [{**key._asdict(), "number": number} for key, number in lines],
        )


def sums(connection: sa.Connection, scope: Scope, name: str, first_day: str, last_day: str) -> list[Sum]:
    """Every figure of one scope from `first_day` to `last_day` (YYYY-MM-DD, both included), by day."""
    of_scope = (
        tallies.c.scope == scope.value,
        tallies.c.name == name,
        tallies.c.day.between(first_day, last_day),
    )
    return _grouped(connection, sa.select(*_SUM).where(*of_scope))


def hall_sums(connection: sa.Connection, hall: str, first_day: str, last_day: str) -> list[Sum]:
    """The same of all windows in a hall."""
    # An outer join is carried out as it is written: SQLite, which keeps no counts of what is in a table,
    # would otherwise go through every window of the province.
    of_window = sa.and_(
        tallies.c.scope == Scope.WINDOW.value,
        tallies.c.name == windows.c.window,
        tallies.c.day.between(first_day, last_day),
    )
    joined = windows.outerjoin(tallies, of_window)
    return _grouped(connection, sa.select(*_SUM).select_from(joined).where(windows.c.hall == hall))


def window_sums(connection: sa.Connection, day: str, figures: Collection[str]) -> list[WindowSum]:
    """Some figures of every window on a day."""
    lines = sa.select(tallies.c.name, tallies.c.figure, tallies.c.code, tallies.c.number).where(
        tallies.c.scope == Scope.WINDOW.value,
        tallies.c.figure.in_(list(figures)),
        tallies.c.day == day,
    )
    rows = connection.execute(by_index(lines, tallies, "tallies_figure"))
    return [WindowSum(*row) for row in rows if row.number]


def window_levels(connection: sa.Connection, first_day: str, last_day: str) -> list[WindowSum]:
    """The levels shown of every window from `first_day` to `last_day`."""
    lines = (
        sa.select(tallies.c.name, tallies.c.code, sa.func.sum(tallies.c.number))
        .where(SHOWN_OF_WINDOWS, tallies.c.day.between(first_day, last_day))
        .group_by(tallies.c.name, tallies.c.code)
    )
    rows = connection.execute(by_index(lines, tallies, "tallies_shown"))
    shown = Figure.SHOWN_LEVEL.value
    return [WindowSum(name, shown, code, int(number)) for name, code, number in rows if number]


def figures_by_day(connection: sa.Connection) -> dict[str, list[tuple[str, str]]]:
    """By day, the scopes and figures that have lines."""
    found: dict[str, list[tuple[str, str]]] = {}
    kept = sa.select(tallies.c.day, tallies.c.scope, tallies.c.figure).distinct()
    for day, scope, figure in connection.execute(kept):
        found.setdefault(day, []).append((scope, figure))
    return found


def of_day(connection: sa.Connection, day: str, figures: Iterable[tuple[str, str]]) -> dict[TallyKey, int]:
    """The lines of a day in these scopes and figures that are not zero."""
    columns = [tallies.c[name] for name in TallyKey._fields]
    found: dict[TallyKey, int] = {}
    for scope, figure in figures:
        lines = sa.select(*columns, tallies.c.number).where(
            tallies.c.scope == scope,
            tallies.c.figure == figure,
            tallies.c.day == day,
            tallies.c.number != 0,
        )
        rows = connection.execute(by_index(lines, tallies, "tallies_figure"))
        found.update((TallyKey(*row[:-1]), row[-1]) for row in rows)
    return found


def remove_all(connection: sa.Connection) -> None:
    """Leave no line."""
    connection.execute(sa.delete(tallies))


def write(connection: sa.Connection, lines: Mapping[TallyKey, int]) -> None:
    """Write lines that are not there."""
    some = iter(sorted(lines.items()))
    while portion := [{**key._asdict(), "number": n} for key, n in islice(some, _PORTION)]:
        insert_rows(connection, sa.insert(tallies), portion)


def _grouped(connection: sa.Connection, lines: sa.Select[Any]) -> list[Sum]:
    """The sums of lines that are selected as `_SUM`, by day."""
    rows = connection.execute(lines.group_by(*_SUM[:-1]))
    return [Sum(day, figure, code, int(number)) for day, figure, code, number in rows if number]
