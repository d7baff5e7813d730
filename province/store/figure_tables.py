"""The tables that statistics are made of: what rows add up to, and the places they add up by."""

from __future__ import annotations

import sqlalchemy as sa

from province.store.columns import Whole, table

# Conditions of indexes that hold few of many rows; a query must say them word for word to use the index.
SHOWN_OF_WINDOWS = sa.text("scope = 'window' AND figure = 'shown_level'")

# What the rows that count add up to, kept at every commit: statistics in milliseconds (province.tally).
# `slot`: of the whole province's lines one of a few by device, so that workers who count at once do not wait
# for one another.
tallies = table(
    "tallies",
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("day", sa.Text, primary_key=True),
    sa.Column("figure", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("slot", sa.Integer, primary_key=True),
    sa.Column("number", Whole, nullable=False),
    sa.Index("tallies_figure", "scope", "figure", "day"),
    sa.Index(
        "tallies_shown",
        *("day", "name", "code", "number"),
        sqlite_where=SHOWN_OF_WINDOWS,
        postgresql_where=SHOWN_OF_WINDOWS,
    ),
    sqlite_with_rowid=False,
)

# Ratings not shown to viewers yet, by device, window and clerk (empty: unknown), until ten make a group.
awaiting = table(
    "awaiting",
    sa.Column("rating", Whole, sa.ForeignKey("ratings.id"), primary_key=True, autoincrement=False),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("window", sa.Text, nullable=False),
    sa.Column("clerk", sa.Text, nullable=False),
    sa.Column("received_at", sa.Text, nullable=False),
    sa.Index("awaiting_key", "device", "window", "clerk", "received_at"),
)

# Ten ratings whose levels are shown together, never changed again. `reasons`: JSON, code to number.
groups = table(
    "groups",
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("window", sa.Text, nullable=False),
    sa.Column("clerk", sa.Text, nullable=False),
    sa.Column("day", sa.Text, nullable=False, index=True),
    sa.Column("released_at", sa.Text, nullable=False),
    *(sa.Column(f"level_{level}", sa.Integer, nullable=False) for level in range(5, 0, -1)),
    sa.Column("reasons", sa.Text, nullable=False),
)

grouped = table(
    "grouped",
    sa.Column("rating", Whole, sa.ForeignKey("ratings.id"), primary_key=True, autoincrement=False),
    sa.Column("group_id", Whole, sa.ForeignKey("groups.id"), nullable=False, index=True),
)

# Who runs halls, by code (部门编码).
organisations = table(
    "organisations",
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
)

# Halls by code; one that nobody has given a code is known by its name. `area_code`: empty if not known.
halls = table(
    "halls",
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("organisation", sa.Text, sa.ForeignKey("organisations.code")),
    sa.Column("area_code", sa.Text, nullable=False),
)

# Where a window is; a window that is not here belongs to no hall. `number`: as on its sign.
windows = table(
    "windows",
    sa.Column("window", sa.Text, primary_key=True),
    sa.Column("hall", sa.Text, sa.ForeignKey("halls.code"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
)

# How many handlings a window had on a day, as its business system says: what coverage is measured against.
handlings = table(
    "handlings",
    sa.Column("day", sa.Text, primary_key=True),
    sa.Column("window", sa.Text, primary_key=True),
    sa.Column("number", Whole, nullable=False),
)
