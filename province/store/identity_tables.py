"""The tables of who may be a device or speak for one: tickets, certificates, technicians, revocations."""

from __future__ import annotations

import sqlalchemy as sa

from province.store.columns import Truth, Whole, table

# Permissions to enrol one device at one window, once. `device`, `kid`: the key that has used it. `replaces`:
# the device that served the window then, and is to go when the new one has `confirmed_at`.
tickets = table(
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
)

# Every certificate given to a device: whoever revokes it must know all that have not ended. `serial`: hex.
certificates = table(
    "certificates",
    sa.Column("serial", sa.Text, primary_key=True),
    sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), nullable=False, index=True),
    sa.Column("issued_at", sa.Text, nullable=False),
    sa.Column("until_at", sa.Text, nullable=False),
)

# Questions of devices whose certificate has ended for a new one, which a person approves; kept for good.
renewals = table(
    "renewals",
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), nullable=False, index=True),
    sa.Column("asked_at", sa.Text, nullable=False),
    sa.Column("approved_at", sa.Text),
    sa.Column("by", sa.Text),
    sa.Column("issued_at", sa.Text),
)

# Who may speak for devices that cannot: each by name, with the key that signs. `disabled_at`: no more since.
technicians = table(
    "technicians",
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("kid", sa.Text, nullable=False, unique=True),
    sa.Column("certificate", sa.Text, nullable=False),
    sa.Column("made_at", sa.Text, nullable=False),
    sa.Column("disabled_at", sa.Text),
)

# Who brought which rows of a dead device, when. `rows`: committed then; `aside`: kept in quarantine; `blobs`.
rescues = table(
    "rescues",
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("technician", sa.Text, nullable=False),
    sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), nullable=False, index=True),
    sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), nullable=False),
    sa.Column("first", Whole),
    sa.Column("last", Whole),
    sa.Column("rows", Whole, nullable=False),
    sa.Column("aside", Whole, nullable=False),
    sa.Column("blobs", Whole, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
)

# Devices that serve no more; `statement`: the signed word that was given for it, the same again each time.
decommissions = table(
    "decommissions",
    sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("technician", sa.Text, nullable=False),
    sa.Column("lost", Whole, nullable=False),
    sa.Column("statement", sa.Text, nullable=False),
)

# Who shut a device out or let it in again, when, why: for good. `revoked`: out; otherwise in again.
revocations = table(
    "revocations",
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), nullable=False, index=True),
    sa.Column("revoked", Truth, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
)
