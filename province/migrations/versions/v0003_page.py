"""What the page and the statistics keep: tallies, groups of ten, users, tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; open sessions end, for they name nobody."""
    _figures()
    _windows()
    _access()
    op.add_column("alarms", sa.Column("acknowledged_at", sa.Text))
    op.add_column("alarms", sa.Column("acknowledged_by", sa.Text))


def _figures() -> None:
    op.create_table(
        "tallies",
        sa.Column("scope", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("figure", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("slot", sa.Integer, primary_key=True),
        sa.Column("number", WHOLE, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("tallies_day", "tallies", ["scope", "day", "figure"])
    op.create_table(
        "awaiting",
        sa.Column("rating", WHOLE, sa.ForeignKey("ratings.id"), primary_key=True, autoincrement=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("window", sa.Text, nullable=False),
        sa.Column("clerk", sa.Text, nullable=False),
        sa.Column("received_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("awaiting_key", "awaiting", ["device", "window", "clerk", "received_at"])
    op.create_table(
        "groups",
        sa.Column("id", WHOLE, primary_key=True, autoincrement=True),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("window", sa.Text, nullable=False),
        sa.Column("clerk", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("released_at", sa.Text, nullable=False),
        *(sa.Column(f"level_{level}", sa.Integer, nullable=False) for level in range(5, 0, -1)),
        sa.Column("reasons", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_groups_day", "groups", ["day"])
    op.create_table(
        "grouped",
        sa.Column("rating", WHOLE, sa.ForeignKey("ratings.id"), primary_key=True, autoincrement=False),
        sa.Column("group_id", WHOLE, sa.ForeignKey("groups.id"), nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_grouped_group_id", "grouped", ["group_id"])


def _windows() -> None:
    op.create_table(
        "windows",
        sa.Column("window", sa.Text, primary_key=True),
        sa.Column("hall", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_windows_hall", "windows", ["hall"])
    op.create_table(
        "handlings",
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("window", sa.Text, primary_key=True),
        sa.Column("number", WHOLE, nullable=False),
        sqlite_strict=True,
    )


def _access() -> None:
    op.create_table(
        "users",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("hall", sa.Text),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("disabled_at", sa.Text),
        sqlite_strict=True,
    )
    op.create_table(
        "tokens",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("secret_hash", sa.Text, nullable=False, unique=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("hall", sa.Text),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("revoked_at", sa.Text),
        sqlite_strict=True,
    )
    op.create_table(
        "attempts",
        sa.Column("name_hash", sa.Text, primary_key=True),
        sa.Column("times", WHOLE, nullable=False),
        sa.Column("last_at", sa.Text, nullable=False),
        sa.Column("closed_until", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_attempts_last_at", "attempts", ["last_at"])
    op.drop_table("sessions")
    op.create_table(
        "sessions",
        sa.Column("secret_hash", sa.Text, primary_key=True),
        sa.Column("expires_at", sa.Text, nullable=False),
        sa.Column("idle_at", sa.Text),
        sa.Column("user", sa.Text, nullable=False),
        sqlite_strict=True,
    )
