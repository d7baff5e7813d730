"""Sealed blobs, those kept aside, and who was handed one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "sealed",
        sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), primary_key=True),
        sa.Column("seq", WHOLE, primary_key=True),
        sa.Column("sha256", sa.Text, nullable=False, index=True),
        sa.Column("kid", sa.Text, nullable=False),
        sa.Column("suite", sa.Text, nullable=False),
        sa.Column("enc", sa.LargeBinary, nullable=False),
        sa.Column("ct", sa.LargeBinary, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("received_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "sealed_aside",
        sa.Column("id", WHOLE, primary_key=True, autoincrement=True),
        sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False, index=True),
        sa.Column("received_at", sa.Text, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "openings",
        sa.Column("id", WHOLE, primary_key=True, autoincrement=True),
        sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("kid", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
