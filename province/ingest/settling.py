"""Settling visits: from then on nothing more is expected of them, and cases and exports may use them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from device.clock import wall_text
from province.ingest.counting import Standing
from province.ingest.mark import Mark
from province.ingest.reading import Reading
from province.ingest.rules import Rules
from province.ingest.suspicion import lacks_reason
from province.store import logs, unsettled
from province.store.database import Database
from province.store.unsettled import Unsettled

# Longer than the longest visit: 300 s to answer, after which the device ends it, and nothing after thanks.
SILENCE = timedelta(seconds=300)
LOGS_AT_ONCE = 100


def open_visit(readings: Iterable[Reading]) -> str | None:
    """The visit that more rows may follow of: that of the last rating."""
    visits = [reading.visit for reading in readings if reading.visit is not None]
    return visits[-1] if visits else None


def settled_standing(reading: Reading, standing: Standing, rules: Rules) -> Standing:
    """The standing of a row whose visit is over."""
    if rules.no_reason and standing.counted and lacks_reason(reading.level, reasoned=reading.reasoned):
        return Standing(True, (*standing.marks, Mark.NO_REASON))
    return standing


def settle_all_but(
    connection: sa.Connection, log_id: str, visit: str | None, now: datetime, rules: Rules
) -> None:
    """Settle every visit of the log but `visit`. The log is locked by the caller."""
    _settle(connection, [r for r in unsettled.of_log(connection, log_id) if r.visit != visit], now, rules)


def settle_silent(database: Database, now: datetime, rules: Rules) -> None:
    """Settle the visits of which nothing came for 300 s, each log in a transaction of its own."""
    until = wall_text(now - SILENCE)
    with database.read() as connection:
        silent = unsettled.silent_logs(connection, until, LOGS_AT_ONCE)
    for log_id in silent:
        with database.write() as connection:
            logs.find_locked(connection, log_id)  # nothing is committed to it meanwhile
            rows = unsettled.of_log(connection, log_id)
            if all(row.received_at <= until for row in rows):
                _settle(connection, rows, now, rules)


def _settle(connection: sa.Connection, rows: Sequence[Unsettled], now: datetime, rules: Rules) -> None:
    if rules.no_reason:
        bad = [row for row in rows if row.counted and lacks_reason(row.level, reasoned=row.reasoned)]
        unsettled.mark(connection, bad, Mark.NO_REASON)
    unsettled.settle(connection, rows, wall_text(now))
