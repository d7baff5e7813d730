"""Which rows count: the last of each visit, the first committed of each service. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from device.row import Outcome
from province.ingest.loss import NOTHING_LOST, Losses
from province.ingest.mark import Mark
from province.ingest.reading import RATING, Reading, Service

ALARMING = (Mark.BAD_REPLACE, Mark.DUPLICATE_SERVICE, Mark.UNREADABLE)
"""Marks of rows that ought to count and do not: each is an alarm."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a row counts, and what is noted on it."""

    counted: bool
    marks: tuple[str, ...] = ()

    def uncounted(self, mark: Mark) -> Standing:
        """Not counted, for the reason `mark`."""
        return Standing(False, (*self.marks, mark))


@dataclass(frozen=True, slots=True)
class Tail:
    """The last rating row of a visit so far. `settled`: cases and exports may have used it."""

    log_id: str
    seq: int
    boot: str | None
    standing: Standing
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Visitor:
    """One visit at one device. Visits are random numbers, but a device could use another's."""

    device: str
    visit: str


@dataclass(frozen=True, slots=True)
class Count:
    """The standing of each new row by seq, and the new standing of earlier rows of the same log."""

    new: Mapping[int, Standing]
    changed: Mapping[int, Standing]


def count_visits(
    log_id: str,
    readings: Iterable[Reading],
    tails: Mapping[str, Tail],
    noted: Mapping[int, tuple[str, ...]],
    *,
    losses: Losses = NOTHING_LOST,
) -> Count:
    """The standing of new rows of the log, without regard to services. `noted`: by seq, other marks on a row.

    A further row of a visit must replace the row just before it in the same visit, log and boot: then that
    one no longer counts. Any other does not count itself, nor does what replaces it. One that replaces a row
    which is declared lost stands for the visit all the same: each row says the whole of it.
    """
    last = dict(tails)
    new: dict[int, Standing] = {}
    changed: dict[int, Standing] = {}
    for reading in readings:
        after_loss = (Mark.AFTER_LOSS,) if losses.before(reading.seq) else ()
        first = Standing(True, (*noted.get(reading.seq, ()), *after_loss))
        if not reading.is_rating or reading.visit is None:
            unread = first.uncounted(Mark.UNREADABLE)
            new[reading.seq] = Standing(False, first.marks) if reading.readable else unread
            continue
        tail = last.get(reading.visit)
        if tail is not None and tail.settled:
            first = Standing(True, (*first.marks, Mark.AFTER_SETTLED))
        if not _follows(reading, tail, log_id, losses):
            new[reading.seq] = first.uncounted(Mark.BAD_REPLACE)
        else:
            new[reading.seq] = first
            if tail is not None:
                where = new if tail.seq in new else changed
                where[tail.seq] = tail.standing.uncounted(Mark.REPLACED)
        last[reading.visit] = Tail(log_id, reading.seq, reading.boot, new[reading.seq])
    return Count(new, changed)


def claims(readings: Iterable[Reading], count: Count, device: str) -> dict[Service, Visitor]:
    """The services that rows which count would rate, each with the first visit that does."""
    found: dict[Service, Visitor] = {}
    for reading in readings:
        if _rates(reading, count) and reading.service is not None and reading.visit is not None:
            found.setdefault(reading.service, Visitor(device, reading.visit))
    return found


def without_duplicates(
    readings: Iterable[Reading], count: Count, device: str, holders: Mapping[Service, Visitor]
) -> Count:
    """`count`, where a rating of a service that another visit has rated before does not count (一次一评)."""
    new = dict(count.new)
    for reading in readings:
        if not _rates(reading, count) or reading.service is None or reading.visit is None:
            continue
        if holders[reading.service] != Visitor(device, reading.visit):
            new[reading.seq] = new[reading.seq].uncounted(Mark.DUPLICATE_SERVICE)
    return Count(new, count.changed)


def _follows(reading: Reading, tail: Tail | None, log_id: str, losses: Losses) -> bool:
    if reading.replaces is not None and losses.lost(reading.replaces):
        return tail is None or (tail.log_id, tail.boot) == (log_id, reading.boot)
    if tail is None:
        return reading.replaces is None
    return (tail.log_id, tail.seq, tail.boot) == (
        log_id,
        reading.replaces,
        reading.boot,
    ) and Mark.BAD_REPLACE not in tail.standing.marks


def _rates(reading: Reading, count: Count) -> bool:
    return reading.kind == RATING and reading.outcome == Outcome.RATED and count.new[reading.seq].counted
