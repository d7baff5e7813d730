"""The admissions: which rows of the quarantine were let in, when, on whose word."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from province.store.ledger_tables import admissions


@dataclass(frozen=True, slots=True)
class Admission:
    """That `by` admitted the rows `first` to `last` of a log."""

    log_id: str
    first: int
    last: int
    by: str
    at: str


def record(connection: sa.Connection, admission: Admission) -> None:
    """Keep the admission for good."""
    connection.execute(
        sa.insert(admissions).values(
            log_id=admission.log_id,
            first=admission.first,
            last=admission.last,
            by=admission.by,
            at=admission.at,
        )
    )


def all_admissions(connection: sa.Connection) -> list[Admission]:
    """Every admission, the first first."""
    rows = connection.execute(sa.select(admissions).order_by(admissions.c.id))
    return [Admission(row.log_id, row.first, row.last, row.by, row.at) for row in rows]
