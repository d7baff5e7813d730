"""The openings: which sealed blob was handed out, when, to whom. Never what was in it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from province.store.ledger_tables import openings


@dataclass(frozen=True, slots=True)
class Opening:
    """That `by`, who says to hold the key `kid`, was handed the blob which row `seq` of a log names."""

    log_id: str
    seq: int
    by: str
    kid: str
    at: str


def record(connection: sa.Connection, opening: Opening) -> None:
    """Keep the opening for good."""
    connection.execute(
        sa.insert(openings).values(
            log_id=opening.log_id, seq=opening.seq, by=opening.by, kid=opening.kid, at=opening.at
        )
    )


def all_openings(connection: sa.Connection) -> list[Opening]:
    """Every opening, the first first."""
    rows = connection.execute(sa.select(openings).order_by(openings.c.id))
    return [Opening(row.log_id, row.seq, row.by, row.kid, row.at) for row in rows]
