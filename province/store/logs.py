"""The logs of all devices, each with its owner, its last committed row, that row's hash."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from device.chain import genesis
from province.phone_log import phone_log
from province.store.dialect import insert_new
from province.store.ledger_tables import logs


@dataclass(frozen=True, slots=True)
class Log:
    """One log. `seq`, `head`: the last row committed (or quarantined) and its hash; 0 and genesis at first.

    `quarantined`: something before `seq` is in quarantine. `repeated`: rows that came again, unchanged.
    """

    log_id: str
    device: str
    seq: int
    head: str
    quarantined: bool
    repeated: int
    announced_at: str


def lock(connection: sa.Connection, log_id: str, *, device: str, at: str) -> Log:
    """The log, held until the transaction ends; a new one becomes that of `device`, the first to name it."""
    connection.execute(
        insert_new(connection, logs).values(
            log_id=log_id,
            device=device,
            seq=0,
            head=genesis(log_id),
            quarantined=False,
            repeated=0,
            announced_at=at,
        )
    )
    # On SQLite the whole transaction is alone (BEGIN IMMEDIATE) and FOR UPDATE is left out.
    return Log(*connection.execute(sa.select(logs).where(logs.c.log_id == log_id).with_for_update()).one())


def find_locked(connection: sa.Connection, log_id: str) -> Log | None:
    """The log, held until the transaction ends; None when nobody announced it."""
    row = connection.execute(sa.select(logs).where(logs.c.log_id == log_id).with_for_update()).one_or_none()
    return Log(*row) if row else None


def ends(connection: sa.Connection, log_ids: Collection[str]) -> dict[str, int]:
    """By log, its last committed row."""
    rows = connection.execute(sa.select(logs.c.log_id, logs.c.seq).where(logs.c.log_id.in_(list(log_ids))))
    return {row.log_id: row.seq for row in rows}


def find(connection: sa.Connection, log_id: str) -> Log | None:
    """The log, if it is known; not locked."""
    row = connection.execute(sa.select(logs).where(logs.c.log_id == log_id)).first()
    return Log(*row) if row else None


def count_of(connection: sa.Connection, device: str) -> int:
    """How many logs are the device's."""
    return connection.execute(
        sa.select(sa.func.count()).select_from(logs).where(logs.c.device == device)
    ).scalar_one()


def advance(connection: sa.Connection, log_id: str, *, seq: int, head: str) -> None:
    """Set the last committed row."""
    connection.execute(sa.update(logs).where(logs.c.log_id == log_id).values(seq=seq, head=head))


def mark_quarantined(connection: sa.Connection, log_id: str) -> None:
    """From here on, what follows in this log follows something in quarantine."""
    connection.execute(sa.update(logs).where(logs.c.log_id == log_id).values(quarantined=True))


def count_repeated(connection: sa.Connection, log_id: str, rows: int) -> None:
    """`rows` rows came again that were committed already."""
    repeated = logs.c.repeated + rows
    connection.execute(sa.update(logs).where(logs.c.log_id == log_id).values(repeated=repeated))


def logs_by_device(connection: sa.Connection, *, only: str | None = None) -> dict[str, list[Log]]:
    """Every log of devices' own, by its owner, the first announced first; of `only` that device."""
    wanted = sa.select(logs).order_by(logs.c.announced_at, logs.c.log_id)
    if only is not None:
        wanted = wanted.where(logs.c.device == only)
    found: dict[str, list[Log]] = {}
    for row in connection.execute(wanted):
        if row.log_id != phone_log(row.device):
            found.setdefault(row.device, []).append(Log(*row))
    return found
