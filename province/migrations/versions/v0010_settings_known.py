"""The highest version of settings that a device has had."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the column; a device says it with its next hello."""
    op.add_column("presence", sa.Column("settings_known", WHOLE))
