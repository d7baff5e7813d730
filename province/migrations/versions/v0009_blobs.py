"""Blobs by device: pictures meant for it, bundles asked of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table; no blob has come or gone before."""
    op.create_table(
        "blobs",
        sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), primary_key=True),
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("purpose", sa.Text, primary_key=True),
        sa.Column("size", WHOLE, nullable=False),
        sa.Column("for_order", sa.Text),
        sa.Column("noted_at", sa.Text, nullable=False),
        sa.Column("kept_at", sa.Text),
        sqlite_strict=True,
    )
