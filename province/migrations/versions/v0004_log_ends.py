"""How logs ended, and what was lost of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TRUTH = sa.Integer()


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "log_ends",
        sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("prior", sa.Text),
        sa.Column("why", sa.Text),
        sa.Column("announced_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "losses",
        sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), primary_key=True),
        sa.Column("first", WHOLE, primary_key=True),
        sa.Column("last", WHOLE, nullable=False),
        sa.Column("held", TRUTH, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("declared_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
