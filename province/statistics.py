"""Statistics of a scope: counts at once, levels as the asker may see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from device.row import Outcome
from province.role import Principal
from province.scope import Asked, check_allowed, resolved
from province.store import tallies, windows
from province.store.groups import LEVELS
from province.tally import Figure, Scope

SCORES = {5: 10, 4: 8, 3: 6, 2: 3, 1: 0}
PRAISE = (5, 4, 3)

_SINGLE = (Figure.LEVEL, Figure.REASON)
_SHOWN = (Figure.SHOWN_LEVEL, Figure.SHOWN_REASON)


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day. `levels`: null where the asker may not see them."""

    day: str
    ratings: int
    invitations: int
    levels: dict[str, int] | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a scope adds up to; see the documentation of /api/v1/statistics for each figure.

    `grouped`: levels, praise rate, average score and reasons are of whole groups of ten that are an hour old;
    `of_levels`: how many ratings they are of.
    """

    scope: str
    first_day: str
    last_day: str
    ratings: int
    grouped: bool
    of_levels: int
    levels: dict[str, int] | None
    praise_rate: float | None
    average_score: float | None
    reasons: dict[str, int] | None
    outcomes: dict[str, int]
    invitations: int
    responded: int
    response_rate: float | None
    handlings: int | None
    coverage: float | None
    marks: dict[str, int] | None
    channels: dict[str, int]
    by_hour: dict[str, int]
    by_day: list[DayFigures]


def read_statistics(connection: sa.Connection, asked: Asked, who: Principal) -> Statistics:
    """The statistics that `who` may see of what is asked. Raises Forbidden, InvalidField."""
    asked = resolved(connection, asked)
    check_allowed(connection, asked, who)
    days = (asked.first_day, asked.last_day)
    if asked.kind is None:
        sums = tallies.hall_sums(connection, asked.name, *days)
    else:
        sums = tallies.sums(connection, asked.kind, asked.name, *days)
    figures: dict[str, Counter[str]] = {figure.value: Counter() for figure in Figure}
    by_day: dict[tuple[str, str], Counter[str]] = {}
    for one in sums:
        figures.setdefault(one.figure, Counter())[one.code] += one.number
        by_day.setdefault((one.day, one.figure), Counter())[one.code] += one.number
    level_days: dict[str, dict[str, int]] | None = None
    reasons: dict[str, int] | None = None
    # Groups have no matter (province.tally): levels of one are for operators.
    if who.is_operator or asked.kind is not Scope.MATTER:
        level, reason = _SINGLE if who.is_operator else _SHOWN
        level_days = {day: _levels(found) for (day, figure), found in by_day.items() if figure == level}
        reasons = dict(sorted(figures[reason].items(), key=lambda r: (-r[1], r[0])))
    levels = None if level_days is None else _total(level_days.values())
    of_levels = sum(levels.values()) if levels else 0
    outcomes = {str(o): figures[Figure.OUTCOME][o.value] for o in Outcome} | dict(figures[Figure.OUTCOME])
    invitations, responded = figures[Figure.INVITED][""], figures[Figure.RESPONDED][""]
    known = _handlings(connection, asked)
    return Statistics(
        scope=asked.text,
        first_day=asked.first_day,
        last_day=asked.last_day,
        ratings=outcomes[Outcome.RATED],
        grouped=not who.is_operator,
        of_levels=of_levels,
        levels=levels,
        praise_rate=rate(praised(levels), of_levels) if levels else None,
        average_score=average_score(levels) if levels else None,
        reasons=reasons,
        outcomes=outcomes,
        invitations=invitations,
        responded=responded,
        response_rate=rate(responded, invitations),
        handlings=known,
        coverage=rate(invitations, known) if known else None,
        # A mark may be one that only bad ratings get.
        marks=dict(sorted(figures[Figure.MARK].items())) if who.is_operator else None,
        channels=dict(sorted(figures[Figure.CHANNEL].items())),
        by_hour={f"{hour:02}": figures[Figure.HOUR][f"{hour:02}"] for hour in range(24)},
        by_day=_days(by_day, level_days),
    )


def average_score(levels: Mapping[str, int]) -> float | None:
    """The mean of 10, 8, 6, 3, 0 for levels 5 to 1; None of nothing."""
    rated = sum(levels.values())
    return round(sum(SCORES[int(level)] * n for level, n in levels.items()) / rated, 2) if rated else None


def rate(part: int, whole: int) -> float | None:
    """`part` of `whole`, to four decimals; None of nothing."""
    return round(part / whole, 4) if whole else None


def praised(levels: Mapping[str, int]) -> int:
    """How many of `levels` are praise: 5, 4 or 3."""
    return sum(levels[str(level)] for level in PRAISE)


def _days(
    by_day: Mapping[tuple[str, str], Counter[str]], level_days: Mapping[str, dict[str, int]] | None
) -> list[DayFigures]:
    """Every day that has any figure."""
    none: Counter[str] = Counter()
    return [
        DayFigures(
            day=day,
            ratings=by_day.get((day, Figure.OUTCOME), none)[Outcome.RATED.value],
            invitations=by_day.get((day, Figure.INVITED), none)[""],
            levels=None if level_days is None else level_days.get(day, _levels({})),
        )
        for day in sorted({day for day, _ in by_day})
    ]


def _handlings(connection: sa.Connection, asked: Asked) -> int | None:
    """The handlings known of a scope that is made of windows; None when none are."""
    days = (asked.first_day, asked.last_day)
    match asked.kind:
        case Scope.PROVINCE:
            return windows.handlings_between(connection, *days)
        case Scope.WINDOW:
            return windows.handlings_between(connection, *days, window=asked.name)
        case None:
            return windows.handlings_between(connection, *days, hall=asked.name)
        case _:
            return None


def _levels(found: Mapping[str, int]) -> dict[str, int]:
    return {str(level): found.get(str(level), 0) for level in LEVELS}


def _total(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return _levels(total)
