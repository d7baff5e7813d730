"""Admitting rows of the quarantine: a named person takes it on themselves that they are what they say."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from device.clock import wall_text
from device.row import Row
from province.errors import AdmissionError
from province.ingest.commit import claimed, note
from province.ingest.counting import Standing, count_visits
from province.ingest.landing import landed
from province.ingest.mark import VERDICTS, Mark
from province.ingest.reading import read_row
from province.ingest.rules import Rules
from province.ingest.settling import settle_all_but
from province.ingest.timing import timed
from province.phone.joining import join, rated_by_phone, without_silence
from province.store import admissions, logs, quarantine, ratings
from province.store.admissions import Admission
from province.store.logs import Log
from sync.contract import cloudevent, rescue
from sync.contract.messages import Ratings

MOST_ROWS = 10_000


def admit(connection: sa.Connection, admission: Admission, *, now: datetime, rules: Rules) -> int:
    """Admit the rows in the caller's transaction, counted by the rules of all others; how many there were.

    A row stands for its log and seq once and for all: where another is committed, none can be admitted.
    The batch stays in quarantine as it came. Raises AdmissionError naming the row in the way, before any
    change.
    """
    log = logs.find_locked(connection, admission.log_id)
    if log is None:
        raise AdmissionError(f"log {admission.log_id} is not known here; see `quarantine list`")
    if not 0 <= admission.last - admission.first < MOST_ROWS:
        raise AdmissionError(
            f"rows {admission.first} to {admission.last} are not 1 to {MOST_ROWS} rows;"
            " correct --from and --to"
        )
    rows, rescued = _rows(connection, admission)
    readings = timed(connection, log.device, [read_row(row, now) for row in rows])
    readings = landed(connection, log.device, readings)
    noted = note(readings, rules, Mark.ADMITTED)
    noted |= {seq: (*noted[seq], Mark.RESCUED) for seq in rescued}
    standings = {reading.seq: Standing(False, noted[reading.seq]) for reading in readings}
    ratings.add(connection, readings, standings, log_id=log.log_id, device=log.device, at=wall_text(now))
    _count_again(connection, log, {r.visit for r in readings if r.visit is not None}, now)
    # Whatever follows in this log is of other visits by now.
    settle_all_but(connection, log.log_id, None, now, rules)
    admissions.record(connection, admission)
    return len(readings)


def _rows(connection: sa.Connection, admission: Admission) -> tuple[list[Row], list[int]]:
    """The rows to admit, in order, and the seqs of those that came with a rescue."""
    log_id, first, last = admission.log_id, admission.first, admission.last
    kept: dict[int, dict[str, tuple[int, Row]]] = {}
    rescued = set[int]()
    for batch, message in quarantine.messages(connection, log_id, first, last):
        is_rescue = _is_rescue(message)
        for row in _rows_of(message):
            kept.setdefault(row["seq"], {})[row["hash"]] = (batch, row)
            (rescued.add if is_rescue else rescued.discard)(row["seq"])
    committed = ratings.hashes(connection, log_id, first, last)
    found: list[Row] = []
    for seq in range(first, last + 1):
        candidates = kept.get(seq, {})
        if not candidates:
            raise AdmissionError(f"row {seq} of log {log_id} is not in quarantine; correct --from and --to")
        if seq in committed:
            what = "itself" if committed[seq] in candidates else "another in its place"
            raise AdmissionError(f"row {seq} of log {log_id} is committed already, {what}; leave it out")
        if len(candidates) > 1:
            batches = ", ".join(str(batch) for batch, _ in candidates.values())
            raise AdmissionError(
                f"row {seq} of log {log_id} is in quarantine in different forms (batches {batches});"
                " none of them can be told to be the true one"
            )
        found.extend(row for _, row in candidates.values())
    return found, sorted(rescued.intersection(range(first, last + 1)))


def _rows_of(message: bytes) -> Sequence[Row]:
    """The rows in a message of the quarantine, or in a rescue; its signature was proven when it came."""
    payload = _part(message, 1)
    if _is_rescue(message):
        batch = rescue.read_proven(payload).ratings
        return [] if batch is None else batch.rows
    return msgspec.json.decode(cloudevent.decode(payload).data, type=Ratings).rows


def _is_rescue(message: bytes) -> bool:
    return bool(msgspec.json.decode(_part(message, 0))["typ"] == rescue.TYP)


def _part(message: bytes, number: int) -> bytes:
    """One of the parts of a JWS: header, payload."""
    part = message.split(b".")[number]
    return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))


def _count_again(connection: sa.Connection, log: Log, visits: set[str], now: datetime) -> None:
    """Give every row of these visits the standing it has now that earlier rows are there."""
    stored = ratings.of_visits(connection, log.log_id, visits)
    readings = [read_row(one.row, now) for one in stored]
    noted = {one.seq: tuple(m for m in one.marks if m not in VERDICTS) for one in stored}
    counted = count_visits(log.log_id, readings, {}, noted)
    by_phone = rated_by_phone(connection, log.device, readings, now)
    count = claimed(connection, readings, without_silence(readings, counted, by_phone), device=log.device)
    ratings.change(connection, log.log_id, count.new)
    join(connection, log.device, readings, by_phone, now)
