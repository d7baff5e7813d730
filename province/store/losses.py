"""What devices have declared of logs that ended: how they ended, which rows are lost."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from province.ingest.loss import Loss, Losses
from province.store.dialect import insert_new
from province.store.ledger_tables import log_ends, losses


def declared(connection: sa.Connection, log_id: str) -> Losses:
    """Every loss of the log that was declared."""
    found = connection.execute(
        sa.select(losses.c.first, losses.c.last, losses.c.held, losses.c.why).where(losses.c.log_id == log_id)
    )
    return Losses(tuple(Loss(*row) for row in found))


def declare(connection: sa.Connection, log_id: str, found: Iterable[Loss], *, at: str) -> None:
    """Keep what was declared for the first time."""
    rows = [
        {
            "log_id": log_id,
            "first": loss.first,
            "last": loss.last,
            "held": loss.held,
            "why": loss.why,
            "declared_at": at,
        }
        for loss in found
    ]
    if rows:
        connection.execute(sa.insert(losses), rows)


def end(
    connection: sa.Connection, log_id: str, *, state: str, prior: str | None, why: str | None, at: str
) -> None:
    """Keep that the log takes no more rows at its device; the first word about it stands."""
    connection.execute(
        insert_new(connection, log_ends).values(
            log_id=log_id,
            state=state.replace("\0", ""),
            prior=prior,
            why=why and why.replace("\0", ""),
            announced_at=at,
        )
    )


def has_ended(connection: sa.Connection, log_id: str) -> bool:
    """Whether the log's device has said that it ended."""
    return (
        connection.execute(sa.select(log_ends.c.log_id).where(log_ends.c.log_id == log_id)).scalar()
        is not None
    )
