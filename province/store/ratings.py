"""The rows of all logs as they came, with what the province thinks of each."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from device.row import Row
from province.ingest.counting import Standing, Tail
from province.ingest.reading import RATING, Reading
from province.phone_log import phone_log
from province.store import groups, tallies
from province.store.dialect import insert_rows, is_among
from province.store.ledger_tables import ratings
from province.tally import Tallied


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored row. `id` grows in the order of arrival; `row` has every field that came, with `hash`.

    `window`: where it landed, which may not be what the row names.
    """

    id: int
    log_id: str
    seq: int
    device: str
    row: Row
    received_at: str
    counted: bool
    marks: tuple[str, ...]
    window: str | None


_STORED = (
    ratings.c.id,
    ratings.c.log_id,
    ratings.c.seq,
    ratings.c.device,
    ratings.c.row,
    ratings.c.received_at,
    ratings.c.counted,
    ratings.c.marks,
    ratings.c.window,
)


def add(
    connection: sa.Connection,
    readings: Sequence[Reading],
    standings: Mapping[int, Standing],
    *,
    log_id: str,
    device: str,
    at: str,
    settled: Collection[int] = (),
    begun: Collection[str] = (),
) -> None:
    """Store rows that were never stored before; the database refuses a second row of one log and seq.

    `settled`: the seqs of those whose visit is over already. `begun`: the visits that have earlier rows.
    The figures follow in the same transaction, here and in `change`: nobody else changes what counts.
    """
    if not readings:
        return
    same = {"log_id": log_id, "device": device, "received_at": at}
    insert_rows(
        connection,
        sa.insert(ratings),
        [
            {**_columns(r, standings[r.seq]), **same, "settled_at": at if r.seq in settled else None}
            for r in readings
        ],
    )
    of_kind = [reading for reading in readings if reading.kind == RATING]
    added = {r.seq: _tallied(r, standings[r.seq], device=device, at=at) for r in of_kind}
    tallies.add(connection, added.values())
    levels = {r.seq for r in of_kind if added[r.seq].is_level}
    if levels:
        ids = _ids(connection, log_id, min(levels), max(levels))
        again = {ids[r.seq] for r in of_kind if r.visit in begun and r.seq in levels}
        groups.await_group(connection, {ids[seq]: added[seq] for seq in levels}, again=again)


def change(connection: sa.Connection, log_id: str, standings: Mapping[int, Standing]) -> None:
    """Give stored rows of a log, by seq, another standing."""
    if not standings:
        return
    before = tallies.of_rows(connection, log_id, standings)
    for seq, standing in standings.items():
        connection.execute(
            sa.update(ratings)
            .where(ratings.c.log_id == log_id, ratings.c.seq == seq)
            .values(counted=standing.counted, marks=json.dumps(standing.marks))
        )
    after = tallies.of_rows(connection, log_id, standings)
    tallies.add(connection, after.values(), before.values())
    groups.forget(connection, [id for id, row in before.items() if not after[id].is_level])
    groups.await_group(connection, {id: row for id, row in after.items() if not before[id].is_level})


def tails(
    connection: sa.Connection, device: str, visits: Collection[str], *, by_phone: bool = False
) -> dict[str, Tail]:
    """By visit, the last rating row of it that the device sent; `by_phone`: that came by phone instead."""
    log_id = phone_log(device)
    channel = ratings.c.log_id == log_id if by_phone else ratings.c.log_id != log_id
    last = (
        sa.select(sa.func.max(ratings.c.id))
        .where(ratings.c.device == device, is_among(connection, ratings.c.visit, visits), channel)
        .group_by(ratings.c.visit)
    )
    columns = (
        ratings.c.visit,
        ratings.c.log_id,
        ratings.c.seq,
        ratings.c.boot,
        ratings.c.counted,
        ratings.c.marks,
        ratings.c.settled_at,
    )
    found = connection.execute(sa.select(*columns).where(ratings.c.id.in_(last)))
    return {
        row.visit: Tail(
            row.log_id,
            row.seq,
            row.boot,
            Standing(row.counted, tuple(json.loads(row.marks))),
            settled=row.settled_at is not None,
        )
        for row in found
    }


def hashes(connection: sa.Connection, log_id: str, first: int, last: int) -> dict[int, str]:
    """By seq, the hashes of the stored rows `first` to `last` of a log."""
    rows = connection.execute(
        sa.select(ratings.c.seq, ratings.c.hash).where(
            ratings.c.log_id == log_id, ratings.c.seq >= first, ratings.c.seq <= last
        )
    )
    return {row.seq: row.hash for row in rows}


def find(connection: sa.Connection, log_id: str, seq: int) -> Stored | None:
    """The row `seq` of a log, if it is stored."""
    found = _stored(connection, sa.select(*_STORED).where(ratings.c.log_id == log_id, ratings.c.seq == seq))
    return found[0] if found else None


def of_visits(connection: sa.Connection, log_id: str, visits: Collection[str]) -> list[Stored]:
    """All rows of these visits in a log, in its order."""
    wanted = sa.select(*_STORED).where(
        ratings.c.log_id == log_id, is_among(connection, ratings.c.visit, visits)
    )
    return _stored(connection, wanted.order_by(ratings.c.seq))


def page(
    connection: sa.Connection,
    *,
    device: str | None,
    log_id: str | None,
    after: tuple[str, int] | None,
    limit: int,
) -> list[Stored]:
    """At most `limit` rows in order of log and seq, those after the place `after` (log, seq)."""
    wanted = sa.select(*_STORED).order_by(ratings.c.log_id, ratings.c.seq).limit(limit)
    if device is not None:
        wanted = wanted.where(ratings.c.device == device)
    if log_id is not None:
        wanted = wanted.where(ratings.c.log_id == log_id)
    if after is not None:
        place = sa.tuple_(ratings.c.log_id, ratings.c.seq)
        wanted = wanted.where(place > sa.tuple_(sa.literal(after[0]), sa.literal(after[1])))
    return _stored(connection, wanted)


def newest(connection: sa.Connection, limit: int) -> list[Stored]:
    """The rating rows that arrived last, newest first."""
    wanted = sa.select(*_STORED).where(ratings.c.kind == "rating").order_by(ratings.c.id.desc()).limit(limit)
    return _stored(connection, wanted)


def _stored(connection: sa.Connection, wanted: sa.Select[tuple[object, ...]]) -> list[Stored]:
    return [
        Stored(
            row.id,
            row.log_id,
            row.seq,
            row.device,
            msgspec.json.decode(row.row),
            row.received_at,
            row.counted,
            tuple(json.loads(row.marks)),
            row.window,
        )
        for row in connection.execute(wanted)
    ]


def _ids(connection: sa.Connection, log_id: str, first: int, last: int) -> dict[int, int]:
    """By seq, the ids of the stored rows `first` to `last` of a log."""
    rows = connection.execute(
        sa.select(ratings.c.seq, ratings.c.id).where(
            ratings.c.log_id == log_id, ratings.c.seq >= first, ratings.c.seq <= last
        )
    )
    return {row.seq: row.id for row in rows}


def _tallied(reading: Reading, standing: Standing, *, device: str, at: str) -> Tallied:
    """A rating as tallies.read_tallied will find it stored."""
    return Tallied(
        day=reading.day,
        device=device,
        window=reading.window,
        clerk=reading.clerk,
        outcome=reading.outcome,
        level=reading.level,
        channel=reading.channel,
        invited=reading.invited,
        at=reading.at_corrected or reading.at,
        received_at=at,
        counted=standing.counted,
        marks=tuple(standing.marks),
        row=reading.row,
    )


def _columns(reading: Reading, standing: Standing) -> dict[str, object]:
    service = reading.service
    return {
        "seq": reading.seq,
        "hash": reading.hash,
        "row": msgspec.json.encode(reading.row, order="sorted").decode("utf-8"),
        "counted": standing.counted,
        "marks": json.dumps(standing.marks),
        "kind": reading.kind,
        "day": reading.day,
        "visit": reading.visit,
        "boot": reading.boot,
        "outcome": reading.outcome,
        "level": reading.level,
        "project_no": service and service.project_no,
        "service_no": service and service.service_no,
        "assessment": service and service.assessment,
        "window": reading.window,
        "assignment": reading.assignment,
        "clerk": reading.clerk,
        "channel": reading.channel,
        "at": reading.at,
        "invited": reading.invited,
        "clock": reading.clock,
        "mono_ms": reading.mono_ms,
        "at_corrected": reading.at_corrected,
        "reasoned": reading.reasoned,
    }
