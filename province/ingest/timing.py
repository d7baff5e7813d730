"""Giving rows their time where the device did not trust its clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from device.clock import CHINA, wall_text
from device.row import Row
from province.ingest.reading import Reading, whole
from province.ingest.suspicion import moment
from province.ingest.time_line import Anchor, TimeLine
from province.store import anchors, untimed
from province.store.untimed import RowTime
from sync.contract.messages import Hello

TRUSTED = "trusted"

# Anchors nearer than this to one that is held add nothing: in an hour a clock drifts by less than a second.
SPACING_MS = 3_600_000


def learn_from_hello(connection: sa.Connection, device: str, hello: Hello, now: datetime) -> None:
    """What hello says of the device's clocks.

    It is sent when it is made: where the device's own time cannot be believed, that of its arrival is true to
    the seconds a message takes.
    """
    at = moment(hello.sent_at) if hello.clock == TRUSTED else None
    _learn(connection, device, {hello.boot: [Anchor(hello.mono_ms, at or now)]})


def timed(connection: sa.Connection, device: str, readings: Sequence[Reading]) -> list[Reading]:
    """`readings`, with their time where it can be told. What they say of the clock is learnt first."""
    found: dict[str, list[Anchor]] = {}
    for boot, anchor in _anchors(reading.row for reading in readings):
        found.setdefault(boot, []).append(anchor)
    _learn(connection, device, found)
    unsure = {r.boot for r in readings if r.boot is not None and _is_unsure(r)}
    if not unsure:
        return list(readings)
    held = anchors.of_boots(connection, device, unsure)
    lines = {boot: TimeLine([*held[boot], *found.get(boot, [])]) for boot in unsure}
    return [
        _with_time(reading, lines[reading.boot])
        if reading.boot is not None and _is_unsure(reading)
        else reading
        for reading in readings
    ]


def _is_unsure(reading: Reading) -> bool:
    return reading.is_rating and reading.clock != TRUSTED and reading.mono_ms is not None


def _with_time(reading: Reading, line: TimeLine) -> Reading:
    at = None if reading.mono_ms is None else line.at(reading.mono_ms)
    return reading if at is None else replace(reading, at_corrected=wall_text(at), day=_day(at))


def _day(at: datetime) -> str:
    return at.astimezone(CHINA).date().isoformat()


def _anchors(rows: Iterable[Row]) -> Iterable[tuple[str, Anchor]]:
    """Every row written while the clock was trusted says what its monotonic time stands for."""
    for row in rows:
        boot, mono_ms, at = row.get("boot"), whole(row.get("mono_ms")), row.get("at")
        if row.get("clock") == TRUSTED and _is_boot(boot) and mono_ms is not None and isinstance(at, str):
            moment_of_row = moment(at)
            if moment_of_row is not None:
                yield str(boot), Anchor(mono_ms, moment_of_row)


def _is_boot(boot: object) -> bool:
    return isinstance(boot, str) and 0 < len(boot) <= 64 and "\0" not in boot


def _learn(connection: sa.Connection, device: str, found: dict[str, list[Anchor]]) -> None:
    found = {boot: anchors_ for boot, anchors_ in found.items() if _is_boot(boot)}
    held = anchors.of_boots(connection, device, found)
    for boot, new in found.items():
        known = list(held[boot])
        for anchor in new:
            if all(abs(anchor.mono_ms - other.mono_ms) >= SPACING_MS for other in known):
                anchors.add(connection, device, boot, anchor)
                known.append(anchor)
        if known and not held[boot]:  # the first of its boot: rows that came before it have a time now
            line = TimeLine(known)
            rows = untimed.of_boot(connection, device, boot)
            found_at = {row.id: line.at(row.mono_ms) for row in rows}
            untimed.give_times(
                connection, {id: RowTime(wall_text(at), _day(at)) for id, at in found_at.items() if at}
            )
