"""The condition of devices, and the heads that they announce."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """One column, one table."""
    op.add_column("presence", sa.Column("condition", sa.Text))
    op.create_table(
        "heads",
        sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), primary_key=True),
        sa.Column("seq", WHOLE, primary_key=True),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("session", sa.Text, nullable=False),
        sa.Column("announced_at", sa.Text, nullable=False),
        sa.Column("jws", sa.Text),
        sa.Column("contradicted", sa.Integer(), nullable=False),
        sqlite_strict=True,
    )
