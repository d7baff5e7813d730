"""A province's database with many ratings in it: of many windows, over many days, with all that rows have."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

import msgspec
import sqlalchemy as sa

from bench.ratings import handling, rating
from device.clock import CHINA, wall_text
from device.indicators import national_list
from device.row import Outcome, Rating
from province.ca import CertificateAuthority, certificate_pem
from province.places.plan import Window
from province.store import registry, windows
from province.store.database import Database
from province.store.dialect import insert_rows
from province.store.figure_tables import handlings
from province.store.ledger_tables import logs, ratings
from province.store.registry import Device

WINDOWS = 200
HALL_WINDOWS = 20
DAYS = 50  # so that a million are a hundred a day at each window
CLERKS = 2  # at each window
MATTERS = 300

_PORTION = 5_000
_OPENS, _OPEN_S = time(9), 8 * 3600
# Shares as a province might have them; None: unanswered.
_LEVELS = {5: 60, 4: 18, 3: 6, 2: 3, 1: 2, None: 11}


def window_code(index: int) -> str:
    """The code of the window `index`, from 0."""
    return f"W{index:03}"


def fill(database: Database, number: int, *, now: datetime) -> None:
    """Store devices, windows and `number` rows as the ingest would have; nothing is counted yet."""
    # One for all: pages read of a certificate when it ends.
    certificate = certificate_pem(CertificateAuthority.make(now).certificate).decode("ascii")
    with database.write() as connection:
        for index in range(WINDOWS):
            _add_window(connection, index, number // WINDOWS, certificate, wall_text(now))
        rows = _rows(number, now)
        while portion := list(islice(rows, _PORTION)):
            insert_rows(connection, sa.insert(ratings), portion)


def _add_window(connection: sa.Connection, index: int, rows: int, certificate: str, at: str) -> None:
    registry.add(
        connection,
        Device(_device(index), _device(index), certificate, at),
        window=window_code(index),
        number=1,
    )
    windows.place(connection, Window(window_code(index), f"H{index // HALL_WINDOWS:02}", "综合受理窗口"))
    today = date.fromisoformat(at[:10])
    insert_rows(
        connection,
        sa.insert(handlings),
        [
            {
                "day": (today - timedelta(days=back)).isoformat(),
                "window": window_code(index),
                "number": 2 * rows // DAYS,
            }
            for back in range(DAYS)
        ],
    )
    connection.execute(
        sa.insert(logs).values(
            log_id=_log(index),
            device=_device(index),
            seq=rows,
            head=f"{index:064x}",
            quarantined=False,
            repeated=0,
            announced_at=at,
        )
    )


def _device(index: int) -> str:
    return f"cp-bench-{index:03}"


def _log(index: int) -> str:
    return f"{index:032x}"


def _rows(number: int, now: datetime) -> Iterator[dict[str, Any]]:
    """In the order of their days, as they would have arrived."""
    chance = random.Random(1)
    codes = {level: [i.code for i in national_list().indicators if i.level == level] for level in range(1, 6)}
    today = now.astimezone(CHINA).date()
    seqs = [0] * WINDOWS
    for index in range(number):
        day = today - timedelta(days=DAYS - 1 - index * DAYS // number)
        at = datetime.combine(day, _OPENS, CHINA) + timedelta(seconds=chance.randrange(_OPEN_S))
        place = chance.randrange(WINDOWS)
        level = chance.choices(list(_LEVELS), list(_LEVELS.values()))[0]
        seqs[place] += 1
        reasons = chance.sample(codes[level], chance.randrange(3)) if level else []
        matter = f"{chance.randrange(MATTERS):021}"
        row = msgspec.structs.replace(
            rating(index),
            outcome=Outcome.RATED if level else Outcome.UNANSWERED,
            level=level,
            at=wall_text(at),
            invited_at=wall_text(at - timedelta(seconds=8)),
            window=window_code(place),
            clerk=f"C{CLERKS * place + chance.randrange(CLERKS):04}",
            indicators=tuple(sorted(reasons)),
            handling=msgspec.structs.replace(handling(index), task_code=matter),
        )
        yield _columns(row, place, seqs[place], f"{index:064x}")


def _columns(row: Rating, place: int, seq: int, hash: str) -> dict[str, Any]:
    """The row as the ingest stores it, its visit settled."""
    assert row.handling is not None
    text = msgspec.json.encode({**msgspec.to_builtins(row), "seq": seq, "hash": hash}, order="sorted")
    return {
        "log_id": _log(place),
        "device": _device(place),
        "received_at": row.at,
        "settled_at": row.at,
        "seq": seq,
        "hash": hash,
        "row": text.decode("utf-8"),
        "counted": True,
        "marks": "[]",
        "kind": row.kind,
        "day": row.at[:10],
        "visit": row.visit,
        "boot": row.boot,
        "outcome": row.outcome.value,
        "level": row.level,
        "project_no": row.handling.project_no,
        "service_no": row.handling.service_no,
        "assessment": row.handling.assessment,
        "window": row.window,
        "assignment": row.assignment,
        "clerk": row.clerk,
        "channel": row.channel,
        "at": row.at,
        "invited": True,
        "clock": row.clock,
        "mono_ms": row.mono_ms,
        "at_corrected": None,
        "reasoned": bool(row.indicators),
    }
