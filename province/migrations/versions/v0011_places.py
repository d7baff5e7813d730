"""Organisations and halls by code, numbers of windows; when assignments ended."""

from __future__ import annotations

from itertools import pairwise

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Halls that were names get their name as code; an assignment ended when the next one began."""
    _places()
    _assignments()
    op.add_column("presence", sa.Column("assignment", WHOLE))


def _places() -> None:
    connection = op.get_bind()
    before = sa.table("windows", sa.column("window"), sa.column("hall"), sa.column("name"))
    placed = [dict(row._mapping) for row in connection.execute(sa.select(before))]
    op.drop_table("windows")
    op.create_table(
        "organisations",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    halls = op.create_table(
        "halls",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, sa.ForeignKey("organisations.code")),
        sa.Column("area_code", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    windows = op.create_table(
        "windows",
        sa.Column("window", sa.Text, primary_key=True),
        sa.Column("hall", sa.Text, sa.ForeignKey("halls.code"), nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    if placed:
        names = sorted({row["hall"] for row in placed})
        op.bulk_insert(halls, [{"code": n, "name": n, "organisation": None, "area_code": ""} for n in names])
        op.bulk_insert(windows, [{**row, "number": ""} for row in placed])


def _assignments() -> None:
    op.add_column("assignments", sa.Column("until_at", sa.Text))
    op.create_index("assignments_window", "assignments", ["window"])
    connection = op.get_bind()
    names = ("device", "number", "since_at", "until_at")
    assignments = sa.table("assignments", *(sa.column(name) for name in names))
    rows = connection.execute(
        sa.select(assignments).order_by(assignments.c.device, assignments.c.number)
    ).all()
    for row, following in pairwise(rows):
        if row.device == following.device:
            same = sa.and_(assignments.c.device == row.device, assignments.c.number == row.number)
            connection.execute(sa.update(assignments).where(same).values(until_at=following.since_at))
