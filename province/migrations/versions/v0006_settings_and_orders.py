"""Settings by device and version, orders with their replies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; a device says with its next hello which settings it has."""
    op.add_column("presence", sa.Column("settings_version", WHOLE))
    op.create_table(
        "settings",
        sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), primary_key=True),
        sa.Column("version", WHOLE, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("refused_why", sa.Text),
        sqlite_strict=True,
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), nullable=False, index=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("arguments", sa.Text, nullable=False),
        sa.Column("issued_at", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("why", sa.Text),
        sa.Column("replied_at", sa.Text),
        sqlite_strict=True,
    )
