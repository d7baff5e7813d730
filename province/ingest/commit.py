"""Committing new rows of a log: stored as they came, with their standing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from device.clock import wall_text
from device.row import Row
from province.ingest.alarm import AlarmCode, Raised
from province.ingest.announced import check_rows
from province.ingest.counting import ALARMING, Count, Standing, claims, count_visits, without_duplicates
from province.ingest.landing import landed, landing_alarms
from province.ingest.loss import Losses
from province.ingest.mark import Mark
from province.ingest.reading import Reading, read_row
from province.ingest.rules import Rules
from province.ingest.settling import open_visit, settle_all_but, settled_standing
from province.ingest.suspicion import suspicions
from province.ingest.timing import timed
from province.phone.joining import join, rated_by_phone, without_silence
from province.store import quarantine, ratings, receipt_codes, services
from province.store.logs import Log
from sync.contract.messages import Ratings

_CODES = {
    Mark.BAD_REPLACE: AlarmCode.BAD_REPLACE,
    Mark.DUPLICATE_SERVICE: AlarmCode.DUPLICATE_SERVICE,
    Mark.UNREADABLE: AlarmCode.UNREADABLE_ROW,
}


def known_hashes(connection: sa.Connection, batch: Ratings, through: int) -> dict[int, set[str]]:
    """By seq, the hashes held of the rows of `batch` up to `through`, committed or in quarantine."""
    last = min(batch.last, through)
    if batch.first > last:
        return {}
    known = quarantine.hashes(connection, batch.log_id, batch.first, last)
    for seq, text in ratings.hashes(connection, batch.log_id, batch.first, last).items():
        known.setdefault(seq, set()).add(text)
    return known


def commit_rows(
    connection: sa.Connection,
    log: Log,
    rows: Sequence[Row],
    now: datetime,
    rules: Rules,
    *,
    losses: Losses,
    marks: tuple[Mark, ...] = (),
) -> list[Raised]:
    """Store `rows`, which follow the head of `log`, in the caller's transaction; the alarms due for them.

    Between the head and the rows there may be what is declared in `losses`. `marks`: on every row.
    """
    readings = timed(connection, log.device, [read_row(row, now) for row in rows])
    readings = landed(connection, log.device, readings)
    noted = note(readings, rules, *marks, *([Mark.AFTER_QUARANTINE] if log.quarantined else []))
    visits = {reading.visit for reading in readings if reading.visit is not None}
    tails = ratings.tails(connection, log.device, visits) if visits else {}
    by_phone = rated_by_phone(connection, log.device, readings, now)
    counted = count_visits(log.log_id, readings, tails, noted, losses=losses)
    count = claimed(connection, readings, without_silence(readings, counted, by_phone), device=log.device)
    lasting = open_visit(readings)
    over = [r for r in readings if r.visit is not None and r.visit != lasting]
    standings = {**count.new, **{r.seq: settled_standing(r, count.new[r.seq], rules) for r in over}}
    ratings.add(
        connection,
        readings,
        standings,
        log_id=log.log_id,
        device=log.device,
        at=wall_text(now),
        settled={r.seq for r in over},
        begun=tails,
    )
    receipt_codes.add(connection, log.device, rows)
    ratings.change(connection, log.log_id, count.changed)
    join(connection, log.device, readings, by_phone, now)
    if lasting is not None:
        settle_all_but(connection, log.log_id, lasting, now, rules)
    announced = check_rows(connection, log.device, log.log_id, rows)
    return [*_alarms(log, readings, count.new), *landing_alarms(log.device, readings), *announced]


def note(readings: Iterable[Reading], rules: Rules, *marks: Mark) -> dict[int, tuple[str, ...]]:
    """By seq, the marks on each row before it is counted: `marks` on all, those of landing and suspicion."""
    return {reading.seq: (*marks, *reading.landing, *suspicions(reading, rules)) for reading in readings}


def claimed(connection: sa.Connection, readings: Sequence[Reading], count: Count, *, device: str) -> Count:
    """`count`, each service claimed by the first visit that rates it, later ones not counted."""
    holders = services.claim(connection, claims(readings, count, device))
    return without_duplicates(readings, count, device, holders)


def _alarms(log: Log, readings: Iterable[Reading], standings: Mapping[int, Standing]) -> Iterable[Raised]:
    """One alarm for each kind of fault in the batch: a log full of them must not fill the page."""
    for mark in ALARMING:
        seqs = [reading.seq for reading in readings if mark in standings[reading.seq].marks]
        if seqs:
            which = f"row {seqs[0]}" if len(seqs) == 1 else f"{len(seqs)} rows from {seqs[0]} to {seqs[-1]}"
            yield Raised(log.device, _CODES[mark], f"log {log.log_id}: {which}")
