"""What one stored rating adds to the figures. Pure: a recount uses the same."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from device.clock import CHINA
from device.row import Outcome

SLOTS = 4


class Scope(StrEnum):
    """What figures are kept for. A hall is the windows in it."""

    PROVINCE = "province"
    WINDOW = "window"
    MATTER = "matter"
    CLERK = "clerk"
    DEVICE = "device"


class Figure(StrEnum):
    """What is added up; all but MARK of rows that count, all but OUTCOME, INVITED and MARK of given levels.

    SHOWN_…: of whole groups of ten, as viewers see them (province.store.groups).
    """

    OUTCOME = "outcome"
    LEVEL = "level"
    INVITED = "invited"
    RESPONDED = "responded"
    CHANNEL = "channel"
    HOUR = "hour"
    REASON = "reason"
    MARK = "mark"
    SHOWN_LEVEL = "shown_level"
    SHOWN_REASON = "shown_reason"


class TallyKey(NamedTuple):
    """One line of the tallies."""

    scope: str
    name: str
    day: str
    figure: str
    code: str
    slot: int


@dataclass(frozen=True, slots=True)
class Tallied:
    """A stored row of the kind `rating`, as far as figures need it. `row`: as it came, not to be trusted."""

    day: str
    device: str
    window: str | None
    clerk: str | None
    outcome: str | None
    level: int | None
    channel: int | None
    invited: bool
    at: str | None
    received_at: str
    counted: bool
    marks: tuple[str, ...]
    row: Mapping[str, Any]

    @property
    def is_level(self) -> bool:
        """Whether it counts, and says a level."""
        return self.counted and self.outcome == Outcome.RATED and self.level is not None

    @property
    def reasons(self) -> list[str]:
        """The indicator codes it names, each once, those that are codes at all."""
        named = self.row.get("indicators")
        found = named if isinstance(named, list) else []
        return sorted({code for code in found if _is_code(code, 16)})


class GroupPlace(NamedTuple):
    """What the ten ratings of a group have in common; window and clerk are empty where unknown."""

    device: str
    window: str
    clerk: str


def tally(rows: Iterable[Tallied], sign: int = 1) -> Counter[TallyKey]:
    """What `rows` add (`sign` 1) or take away (-1)."""
    # Lines are many for each row, and shared by many rows: their keys are made when all is added up.
    places: dict[_Place, Counter[tuple[str, str]]] = {}
    for row in rows:
        figures = list(_figures(row))
        for scope, name in _scopes(row) if figures else ():
            place = _Place(scope, name, row.day, _slot(scope, row.device))
            found = places.get(place)
            if found is None:
                found = places[place] = Counter()
            found.update(figures)
    total: Counter[TallyKey] = Counter()
    for (scope, name, day, slot), found in places.items():
        for (figure, code), number in found.items():
            total[TallyKey(scope, name, day, figure, code, slot)] = sign * number
    return total


def tally_group(
    place: GroupPlace, day: str, levels: Mapping[int, int], reasons: Mapping[str, int]
) -> Counter[TallyKey]:
    """What a group of ten adds. It has no matter: a second partition would cut it into smaller pieces."""
    scopes = [(Scope.PROVINCE, ""), (Scope.DEVICE, place.device), (Scope.WINDOW, place.window)]
    if place.clerk:
        scopes.append((Scope.CLERK, place.clerk))
    total: Counter[TallyKey] = Counter()
    for scope, name in scopes:
        slot = _slot(scope, place.device)
        for level, number in levels.items():
            total[TallyKey(scope.value, name, day, Figure.SHOWN_LEVEL.value, str(level), slot)] += number
        for code, number in reasons.items():
            total[TallyKey(scope.value, name, day, Figure.SHOWN_REASON.value, code, slot)] += number
    return total


def _slot(scope: str, device: str) -> int:
    """Only the province's lines are everybody's: they alone are divided."""
    return zlib.crc32(device.encode()) % SLOTS if scope == Scope.PROVINCE else 0


class _Place(NamedTuple):
    """What lines of different figures have in common."""

    scope: str
    name: str
    day: str
    slot: int


def _scopes(row: Tallied) -> Iterator[tuple[str, str]]:
    yield Scope.PROVINCE.value, ""
    yield Scope.DEVICE.value, row.device
    # "" is the window of rows that name none: a hall's sum leaves it out, the province's does not.
    yield Scope.WINDOW.value, row.window or ""
    if row.clerk:
        yield Scope.CLERK.value, row.clerk
    handling = row.row.get("handling")
    matter = handling.get("task_code") if isinstance(handling, dict) else None
    if isinstance(matter, str) and _is_code(matter, 64):
        yield Scope.MATTER.value, matter


def _figures(row: Tallied) -> Iterator[tuple[str, str]]:
    for mark in row.marks:
        yield Figure.MARK.value, mark
    if not row.counted or row.outcome is None:
        return
    yield Figure.OUTCOME.value, row.outcome
    if row.invited:
        yield Figure.INVITED.value, ""
    if not row.is_level:
        return
    if row.invited:
        yield Figure.RESPONDED.value, ""
    yield Figure.LEVEL.value, str(row.level)
    yield Figure.CHANNEL.value, "" if row.channel is None else str(row.channel)
    yield Figure.HOUR.value, _hour(row)
    for code in row.reasons:
        yield Figure.REASON.value, code


def _hour(row: Tallied) -> str:
    """The hour of `at`, where the row counts for the day of it; else that of its arrival."""
    try:
        at = datetime.fromisoformat(row.at or "")
        if at.tzinfo and at.astimezone(CHINA).date().isoformat() == row.day:
            return f"{at.astimezone(CHINA):%H}"
    except (ValueError, OverflowError):
        pass  # what a device's clock says may be no time at all
    return row.received_at[11:13]


def _is_code(value: Any, longest: int) -> bool:
    # A null character is no text for PostgreSQL; half a surrogate pair is none for anybody.
    return (
        isinstance(value, str)
        and 0 < len(value) <= longest
        and "\0" not in value
        and (value.isascii() or not any("\ud800" <= c <= "\udfff" for c in value))
    )
