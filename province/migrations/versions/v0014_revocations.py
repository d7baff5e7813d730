"""Devices that are shut out, by whom and why; the boots that each device said hello from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Nobody is revoked yet; boots are learnt from the next hello of each device."""
    op.create_table(
        "revocations",
        sa.Column("id", WHOLE, primary_key=True, autoincrement=True),
        sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), nullable=False, index=True),
        sa.Column("revoked", sa.Integer, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "boots",
        sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), primary_key=True),
        sa.Column("boot", sa.Text, primary_key=True),
        sa.Column("place", WHOLE, nullable=False),
        sa.Column("session", sa.Text, nullable=False),
        sa.Column("sent_at", sa.Text),
        sa.Column("heard_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
