"""The first tables: devices, logs, ratings, alarms, logins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# Spelled out here and not taken from the schema, which goes on changing.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TRUTH = sa.Integer()


def upgrade() -> None:
    """Make every table and index."""
    _devices()
    _rows()
    _operators()


def _devices() -> None:
    op.create_table(
        "devices",
        sa.Column("device", sa.Text, primary_key=True),
        sa.Column("kid", sa.Text, nullable=False, unique=True),
        sa.Column("certificate", sa.Text, nullable=False),
        sa.Column("registered_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "assignments",
        sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), primary_key=True),
        sa.Column("number", WHOLE, primary_key=True),
        sa.Column("window", sa.Text, nullable=False),
        sa.Column("since_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "presence",
        sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), primary_key=True),
        sa.Column("session", sa.Text),
        sa.Column("seen_at", sa.Text),
        sa.Column("receipt_at", sa.Text),
        sa.Column("online", TRUTH, nullable=False),
        sa.Column("online_session", sa.Text),
        sa.Column("queue", WHOLE),
        sa.Column("clock", sa.Text),
        sa.Column("software", sa.Text),
        sqlite_strict=True,
    )


def _rows() -> None:
    op.create_table(
        "logs",
        sa.Column("log_id", sa.Text, primary_key=True),
        sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("head", sa.Text, nullable=False),
        sa.Column("quarantined", TRUTH, nullable=False),
        sa.Column("repeated", WHOLE, nullable=False),
        sa.Column("announced_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_logs_device", "logs", ["device"])
    op.create_table(
        "ratings",
        sa.Column("id", WHOLE, primary_key=True, autoincrement=True),
        sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("row", sa.Text, nullable=False),
        sa.Column("received_at", sa.Text, nullable=False),
        sa.Column("counted", TRUTH, nullable=False),
        sa.Column("marks", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("visit", sa.Text),
        sa.Column("boot", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("level", sa.Integer),
        sa.Column("project_no", sa.Text),
        sa.Column("service_no", WHOLE),
        sa.Column("assessment", sa.Integer),
        sa.Column("window", sa.Text),
        sa.Column("assignment", WHOLE),
        sa.Column("clerk", sa.Text),
        sa.Column("channel", sa.Integer),
        sa.Column("at", sa.Text),
        sa.Column("invited", TRUTH, nullable=False),
        sa.UniqueConstraint("log_id", "seq", name="ratings_once"),
        sqlite_strict=True,
    )
    op.create_index("ratings_visit", "ratings", ["device", "visit"])
    op.create_index("ratings_day", "ratings", ["day"])
    op.create_table(
        "services",
        sa.Column("project_no", sa.Text, primary_key=True),
        sa.Column("service_no", WHOLE, primary_key=True),
        sa.Column("assessment", sa.Integer, primary_key=True),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("visit", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "quarantine",
        sa.Column("id", WHOLE, primary_key=True, autoincrement=True),
        sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), nullable=False),
        sa.Column("first", WHOLE, nullable=False),
        sa.Column("last", WHOLE, nullable=False),
        sa.Column("hashes", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("received_at", sa.Text, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_quarantine_log_id", "quarantine", ["log_id"])


def _operators() -> None:
    op.create_table(
        "alarms",
        sa.Column("id", WHOLE, primary_key=True, autoincrement=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("last_at", sa.Text, nullable=False),
        sa.Column("times", WHOLE, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("alarms_same", "alarms", ["device", "code", "detail", "last_at"])
    for name in ("logins", "sessions"):
        op.create_table(
            name,
            sa.Column("secret_hash", sa.Text, primary_key=True),
            sa.Column("expires_at", sa.Text, nullable=False),
            sqlite_strict=True,
        )
