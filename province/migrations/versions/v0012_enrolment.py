"""Tickets, certificates given, renewals that wait for a person; devices that were revoked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """No device is revoked yet; of certificates given before, the registry has the newest of each device."""
    op.add_column("devices", sa.Column("revoked_at", sa.Text))
    op.add_column("devices", sa.Column("revoked_why", sa.Text))
    op.create_table(
        "tickets",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("window", sa.Text, nullable=False),
        sa.Column("hall", sa.Text, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("until_at", sa.Text, nullable=False),
        sa.Column("code_hash", sa.Text, unique=True),
        sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), index=True),
        sa.Column("kid", sa.Text),
        sa.Column("used_at", sa.Text),
        sa.Column("replaces", sa.Text, sa.ForeignKey("devices.device")),
        sa.Column("confirmed_at", sa.Text),
        sa.Column("revoked_at", sa.Text),
        sqlite_strict=True,
    )
    op.create_table(
        "certificates",
        sa.Column("serial", sa.Text, primary_key=True),
        sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), nullable=False, index=True),
        sa.Column("issued_at", sa.Text, nullable=False),
        sa.Column("until_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "renewals",
        sa.Column("id", WHOLE, primary_key=True, autoincrement=True),
        sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), nullable=False, index=True),
        sa.Column("asked_at", sa.Text, nullable=False),
        sa.Column("approved_at", sa.Text),
        sa.Column("by", sa.Text),
        sa.Column("issued_at", sa.Text),
        sqlite_strict=True,
    )
