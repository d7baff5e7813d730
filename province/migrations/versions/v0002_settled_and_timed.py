"""Settled visits, corrected time, admitted rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TRUTH = sa.Integer()
UNSETTLED = sa.text("settled_at IS NULL AND visit IS NOT NULL")
UNTIMED = sa.text("at_corrected IS NULL AND clock <> 'trusted'")


def upgrade() -> None:
    """Add columns to the rows, and two tables. What is there already is held to be settled."""
    for column in (
        sa.Column("clock", sa.Text),
        sa.Column("mono_ms", WHOLE),
        sa.Column("at_corrected", sa.Text),
        sa.Column("reasoned", TRUTH),
        sa.Column("settled_at", sa.Text),
    ):
        op.add_column("ratings", column)
    op.execute("UPDATE ratings SET settled_at = received_at WHERE visit IS NOT NULL")
    op.create_index(
        "ratings_unsettled", "ratings", ["log_id"], sqlite_where=UNSETTLED, postgresql_where=UNSETTLED
    )
    op.create_index(
        "ratings_untimed", "ratings", ["device", "boot"], sqlite_where=UNTIMED, postgresql_where=UNTIMED
    )
    op.create_table(
        "anchors",
        sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), primary_key=True),
        sa.Column("boot", sa.Text, primary_key=True),
        sa.Column("mono_ms", WHOLE, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "admissions",
        sa.Column("id", WHOLE, primary_key=True, autoincrement=True),
        sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), nullable=False),
        sa.Column("first", WHOLE, nullable=False),
        sa.Column("last", WHOLE, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_admissions_log_id", "admissions", ["log_id"])
