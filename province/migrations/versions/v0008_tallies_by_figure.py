"""Indexes of the tallies: one figure of all windows is one range, and so is a month of their levels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

SHOWN = sa.text("scope = 'window' AND figure = 'shown_level'")


def upgrade() -> None:
    """By figure before day; and the levels shown with their numbers, which change only with groups of ten."""
    op.drop_index("tallies_day", "tallies")
    op.create_index("tallies_figure", "tallies", ["scope", "figure", "day"])
    op.create_index(
        "tallies_shown",
        "tallies",
        ["day", "name", "code", "number"],
        sqlite_where=SHOWN,
        postgresql_where=SHOWN,
    )
