"""The receipt codes that citizens asked for, each with the hash of the word they chose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """None was asked for before."""
    op.create_table(
        "receipt_codes",
        sa.Column("id", WHOLE, primary_key=True, autoincrement=True),
        sa.Column("code", sa.Text, nullable=False, index=True),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("visit", sa.Text, nullable=False),
        sa.Column("salt", sa.Text, nullable=False),
        sa.Column("word", sa.Text, nullable=False),
        sqlite_strict=True,
    )
