"""The tables of devices: which there are, where they stand, what they say, what they are told."""

from __future__ import annotations

import sqlalchemy as sa

from province.store.columns import Truth, Whole, table

devices = table(
    "devices",
    sa.Column("device", sa.Text, primary_key=True),
    sa.Column("kid", sa.Text, nullable=False, unique=True),
    sa.Column("certificate", sa.Text, nullable=False),
    sa.Column("registered_at", sa.Text, nullable=False),
    sa.Column("revoked_at", sa.Text),
    sa.Column("revoked_why", sa.Text),
)

# Which window a device serves, from when until when; the one that is on has no end. Never changed otherwise.
assignments = table(
    "assignments",
    sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), primary_key=True),
    sa.Column("number", Whole, primary_key=True),
    sa.Column("window", sa.Text, nullable=False),
    sa.Column("since_at", sa.Text, nullable=False),
    sa.Column("until_at", sa.Text),
    sa.Index("assignments_window", "window"),
)

# What a device last said of itself, and when it was last answered.
presence = table(
    "presence",
    sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), primary_key=True),
    sa.Column("session", sa.Text),
    sa.Column("seen_at", sa.Text),
    sa.Column("receipt_at", sa.Text),
    sa.Column("online", Truth, nullable=False),
    sa.Column("online_session", sa.Text),
    sa.Column("queue", Whole),
    sa.Column("clock", sa.Text),
    sa.Column("software", sa.Text),
    sa.Column("condition", sa.Text),
    sa.Column("settings_version", Whole),
    sa.Column("settings_known", Whole),
    sa.Column("assignment", Whole),
)

# Every version of a device's settings; `body`: what an operator set, JSON. `refused_why`: the device cannot.
settings = table(
    "settings",
    sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), primary_key=True),
    sa.Column("version", Whole, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("made_at", sa.Text, nullable=False),
    sa.Column("refused_why", sa.Text),
)

# Orders; each is sent, addressed to the session of then, until there is an `outcome` or it has run out.
orders = table(
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
)

# Blobs meant for a device (photos) or asked of it (bundles); the bytes are files. `kept_at` null: not here.
blobs = table(
    "blobs",
    sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), primary_key=True),
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("purpose", sa.Text, primary_key=True),
    sa.Column("size", Whole, nullable=False),
    sa.Column("for_order", sa.Text),
    sa.Column("noted_at", sa.Text, nullable=False),
    sa.Column("kept_at", sa.Text),
)

# The boots that a device's hellos named last; the one with the highest `place` is the present one. `sent_at`:
# when its newest hello was sent, if the device trusted its clock.
boots = table(
    "boots",
    sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), primary_key=True),
    sa.Column("boot", sa.Text, primary_key=True),
    sa.Column("place", Whole, nullable=False),
    sa.Column("session", sa.Text, nullable=False),
    sa.Column("sent_at", sa.Text),
    sa.Column("heard_at", sa.Text, nullable=False),
)
