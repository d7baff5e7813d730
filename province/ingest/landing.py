"""Where a rating lands: at the window of the assignment that its row names, however late it comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from province.ingest.alarm import AlarmCode, Raised
from province.ingest.mark import Mark
from province.ingest.reading import Reading
from province.store import registry

_SAYS = {
    Mark.UNKNOWN_ASSIGNMENT: (
        AlarmCode.UNKNOWN_ASSIGNMENT,
        "assignment {number} was never given to it; its ratings count at the window they name",
    ),
    Mark.OTHER_WINDOW: (
        AlarmCode.OTHER_WINDOW,
        "its ratings name another window than assignment {number}; they count at that of the assignment",
    ),
}


def landed(connection: sa.Connection, device: str, readings: Sequence[Reading]) -> list[Reading]:
    """`readings` of a device, each with the window where it lands."""
    numbers = {reading.assignment for reading in readings if reading.assignment is not None}
    given = registry.windows_assigned(connection, device, numbers)
    return [_landed(reading, given) for reading in readings]


def landing_alarms(device: str, readings: Iterable[Reading]) -> Iterator[Raised]:
    """One alarm for each mark; none for each row, so that a device set up wrongly does not fill the page."""
    numbers: dict[Mark, int | None] = {}
    for reading in readings:
        for mark in reading.landing:
            numbers.setdefault(mark, reading.assignment)
    for mark, number in numbers.items():
        code, detail = _SAYS[mark]
        yield Raised(device, code, detail.format(number=number))


def _landed(reading: Reading, given: Mapping[int, str]) -> Reading:
    if reading.assignment is None:
        return reading  # by its own configuration alone, before the province assigned it
    window = given.get(reading.assignment)
    if window is None:
        return replace(reading, landing=(Mark.UNKNOWN_ASSIGNMENT,))
    other = reading.window not in {None, window}
    return replace(reading, window=window, landing=(Mark.OTHER_WINDOW,) if other else ())
