"""The halls and their windows: counts of today, levels of the last month in groups of ten."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from device.clock import CHINA
from device.row import Outcome
from province.places.plan import Places
from province.role import Principal
from province.statistics import average_score, praised
from province.store import places, registry, tallies
from province.tally import Figure
from province.web.figures_shown import percent
from province.web.overview import DAYS

_COUNTS = (Figure.OUTCOME.value, Figure.INVITED.value, Figure.RESPONDED.value)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar of levels, in hundredths of it."""

    level: str
    start: float
    width: float
    number: int


@dataclass(frozen=True, slots=True)
class WindowLine:
    """One window."""

    window: str
    name: str
    ratings: int
    invitations: int
    response: str
    of_levels: int
    praise: str
    score: str
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class HallBlock:
    """A hall by code, empty for windows of which none is known."""

    hall: str
    name: str
    ratings: int
    invitations: int
    windows: list[WindowLine]


@dataclass(frozen=True, slots=True)
class OrganisationBlock:
    """An organisation with its halls; its name is empty for halls of which none is known."""

    name: str
    ratings: int
    invitations: int
    halls: list[HallBlock]


def read_halls(connection: sa.Connection, now: datetime, who: Principal) -> list[OrganisationBlock]:
    """Every hall that `who` sees by organisation, what belongs to none last."""
    today = now.astimezone(CHINA).date()
    first = (today - timedelta(days=DAYS - 1)).isoformat()
    counts = _by_window(tallies.window_sums(connection, today.isoformat(), _COUNTS))
    # Everybody sees these levels as viewers do: the page may stand open where a clerk walks by.
    levels = _by_window(tallies.window_levels(connection, first, today.isoformat()))
    known = places.all_places(connection)
    placed = known.windows
    serving = {at.window for at in registry.current_assignments(connection).values()}
    halls: dict[str, list[WindowLine]] = {}
    for window in sorted((set(placed) | serving | set(counts) | set(levels)) - {""}):
        at = placed.get(window)
        hall = at.hall if at else ""
        if who.hall is None or hall == who.hall:
            line = _line(window, at.name if at else "", counts.get(window, {}), levels.get(window, {}))
            halls.setdefault(hall, []).append(line)
    return _by_organisation(halls, known)


def _by_organisation(halls: dict[str, list[WindowLine]], known: Places) -> list[OrganisationBlock]:
    found: dict[str, list[HallBlock]] = {}
    for code, lines in halls.items():
        hall = known.halls.get(code)
        block = HallBlock(
            code,
            hall.name if hall else "",
            sum(line.ratings for line in lines),
            sum(line.invitations for line in lines),
            lines,
        )
        found.setdefault((hall.organisation or "") if hall else "", []).append(block)
    return [
        OrganisationBlock(
            known.organisations[code].name if code else "",
            sum(block.ratings for block in blocks),
            sum(block.invitations for block in blocks),
            sorted(blocks, key=lambda block: (not block.hall, block.name, block.hall)),
        )
        for code, blocks in sorted(found.items(), key=lambda item: (not item[0], item[0]))
    ]


_Sums = dict[str, Counter[str]]


def _by_window(sums: list[tallies.WindowSum]) -> dict[str, _Sums]:
    found: dict[str, _Sums] = {}
    for one in sums:
        found.setdefault(one.window, {}).setdefault(one.figure, Counter())[one.code] += one.number
    return found


def _line(window: str, name: str, counts: _Sums, shown: _Sums) -> WindowLine:
    invited = counts.get(Figure.INVITED, Counter())[""]
    responded = counts.get(Figure.RESPONDED, Counter())[""]
    found = shown.get(Figure.SHOWN_LEVEL, Counter())
    levels = {level: found[level] for level in "54321"}
    of_levels = sum(levels.values())
    score = average_score(levels)
    return WindowLine(
        window=window,
        name=name,
        ratings=counts.get(Figure.OUTCOME, Counter())[Outcome.RATED.value],
        invitations=invited,
        response=percent(responded, invited),
        of_levels=of_levels,
        praise=percent(praised(levels), of_levels),
        score="—" if score is None else f"{score:.2f}",
        parts=_parts(levels, of_levels),
    )


def _parts(levels: dict[str, int], whole: int) -> list[Part]:
    parts, start = [], 0.0
    for level, number in levels.items():
        if number:
            width = 100 * number / whole
            parts.append(Part(level, round(start, 2), round(width, 2), number))
            start += width
    return parts
