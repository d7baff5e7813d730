"""Rows of a phone log: made here, in the form of every other row, chained and counted like all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from device import chain
from device.clock import wall_text
from device.row import Row
from province.ingest.alarm import AlarmCode, Raised, record_alarms
from province.ingest.counting import Standing, claims, count_visits, without_duplicates
from province.ingest.landing import landed
from province.ingest.mark import Mark
from province.ingest.reading import read_row
from province.ingest.rules import Rules
from province.ingest.suspicion import suspicions
from province.phone_log import phone_log
from province.store import logs, ratings, services
from province.store.logs import Log

CHANNEL = 3
BOOT = "province"

# When somebody rates at home is their own affair, and how fast they are is not known.
_RULES = Rules(no_reason=False, too_fast_ms=0, hours=None)


@dataclass(frozen=True, slots=True)
class PhoneLog:
    """The phone log of `device`, held until the transaction ends: all that concerns it waits for its turn."""

    connection: sa.Connection
    device: str
    now: datetime

    def lock(self) -> Log:
        """The log itself; made with its first row."""
        at = wall_text(self.now)
        return logs.lock(self.connection, phone_log(self.device), device=self.device, at=at)

    def append(self, said: Mapping[str, object]) -> tuple[int, Standing]:
        """A row that says `said`; its seq and standing. The figures follow in the same transaction."""
        log = self.lock()
        at = wall_text(self.now)
        row: Row = {
            "kind": "rating",
            "outcome": "rated",
            "channel": CHANNEL,
            "boot": BOOT,
            "mono_ms": 0,
            "clock": "trusted",
            "at": at,
            "replaces": None,
            **said,
            "seq": log.seq + 1,
        }
        row["hash"] = chain.link(log.head, chain.canonical(row))
        (reading,) = landed(self.connection, self.device, [read_row(row, self.now)])
        assert reading.visit is not None
        noted = {reading.seq: (*reading.landing, *suspicions(reading, _RULES))}
        tails = ratings.tails(self.connection, self.device, [reading.visit], by_phone=True)
        count = count_visits(log.log_id, [reading], tails, noted)
        holders = services.claim(self.connection, claims([reading], count, self.device))
        count = without_duplicates([reading], count, self.device, holders)
        standing = count.new[reading.seq]
        ratings.add(
            self.connection,
            [reading],
            count.new,
            log_id=log.log_id,
            device=self.device,
            at=at,
            begun=tails,
        )
        ratings.change(self.connection, log.log_id, count.changed)
        logs.advance(self.connection, log.log_id, seq=reading.seq, head=row["hash"])
        if Mark.DUPLICATE_SERVICE in standing.marks:
            where = f"log {log.log_id}: row {reading.seq}"
            raised = Raised(self.device, AlarmCode.DUPLICATE_SERVICE, where)
            record_alarms(self.connection, [raised], self.now)
        return reading.seq, standing
