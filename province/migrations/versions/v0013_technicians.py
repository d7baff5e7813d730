"""Technicians, what they rescued, and the devices that serve no more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; nobody was a technician before."""
    op.create_table(
        "technicians",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("kid", sa.Text, nullable=False, unique=True),
        sa.Column("certificate", sa.Text, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("disabled_at", sa.Text),
        sqlite_strict=True,
    )
    op.create_table(
        "rescues",
        sa.Column("id", WHOLE, primary_key=True, autoincrement=True),
        sa.Column("technician", sa.Text, nullable=False),
        sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), nullable=False, index=True),
        sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), nullable=False),
        sa.Column("first", WHOLE),
        sa.Column("last", WHOLE),
        sa.Column("rows", WHOLE, nullable=False),
        sa.Column("aside", WHOLE, nullable=False),
        sa.Column("blobs", WHOLE, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "decommissions",
        sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("technician", sa.Text, nullable=False),
        sa.Column("lost", WHOLE, nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sqlite_strict=True,
    )
