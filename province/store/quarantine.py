"""The quarantine: batches that contradict what is committed, as they came, for a person to look at."""

from __future__ import annotations

import json
from dataclasses import dataclass

import sqlalchemy as sa

from province.store.ledger_tables import quarantine


@dataclass(frozen=True, slots=True)
class KeptBatch:
    """A batch in quarantine: the rows `first` to `last` of a log, whose message came from `device`."""

    id: int
    log_id: str
    first: int
    last: int
    device: str
    received_at: str


def batches(connection: sa.Connection) -> list[KeptBatch]:
    """Every batch in quarantine, the first first."""
    columns = [quarantine.c[name] for name in KeptBatch.__slots__]
    return [KeptBatch(*row) for row in connection.execute(sa.select(*columns).order_by(quarantine.c.id))]


def messages(connection: sa.Connection, log_id: str, first: int, last: int) -> list[tuple[int, bytes]]:
    """The messages, with their numbers here, that hold rows from `first` to `last` of a log."""
    kept = connection.execute(
        sa.select(quarantine.c.id, quarantine.c.raw)
        .where(quarantine.c.log_id == log_id, quarantine.c.first <= last, quarantine.c.last >= first)
        .order_by(quarantine.c.id)
    )
    return [(row.id, bytes(row.raw)) for row in kept]


def keep(
    connection: sa.Connection, *, log_id: str, first: int, hashes: list[str], device: str, raw: bytes, at: str
) -> None:
    """Keep the whole message `raw`, whose rows from `first` on have these hashes."""
    connection.execute(
        sa.insert(quarantine).values(
            log_id=log_id,
            first=first,
            last=first + len(hashes) - 1,
            hashes=json.dumps(hashes),
            device=device,
            received_at=at,
            raw=raw,
        )
    )


def hashes(connection: sa.Connection, log_id: str, first: int, last: int) -> dict[int, set[str]]:
    """By seq, the hashes of the rows `first` to `last` of the log that are in quarantine."""
    found: dict[int, set[str]] = {}
    kept = connection.execute(
        sa.select(quarantine.c.first, quarantine.c.hashes).where(
            quarantine.c.log_id == log_id, quarantine.c.first <= last, quarantine.c.last >= first
        )
    )
    for begin, texts in kept:
        for seq, text in enumerate(json.loads(texts), start=begin):
            if first <= seq <= last:
                found.setdefault(seq, set()).add(text)
    return found
