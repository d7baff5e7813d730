"""The tables of the province's database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator


class Truth(TypeDecorator[bool]):
    """True or false as 1 or 0 in every database: SQLite's STRICT tables have no boolean."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: sa.Dialect) -> int | None:  # noqa: ARG002 - as SQLAlchemy calls it
        """1, 0 or null."""
        return None if value is None else int(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> bool | None:  # noqa: ARG002 - as above
        """True, False or None."""
        return None if value is None else bool(value)


# seq and its like go to 2^53 - 1; SQLite calls every integer INTEGER, and counts up only those called so.
Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

metadata = sa.MetaData()

# Conditions of indexes that hold few of many rows; a query must say them word for word to use the index.
UNSETTLED = sa.text("settled_at IS NULL AND visit IS NOT NULL")
UNTIMED = sa.text("at_corrected IS NULL AND clock <> 'trusted'")
SHOWN_OF_WINDOWS = sa.text("scope = 'window' AND figure = 'shown_level'")


def _table(name: str, *parts: Any, **how: Any) -> sa.Table:
    return sa.Table(name, metadata, *parts, sqlite_strict=True, **how)


devices = _table(
    "devices",
    sa.Column("device", sa.Text, primary_key=True),
    sa.Column("kid", sa.Text, nullable=False, unique=True),
    sa.Column("certificate", sa.Text, nullable=False),
    sa.Column("registered_at", sa.Text, nullable=False),
    sa.Column("revoked_at", sa.Text),
    sa.Column("revoked_why", sa.Text),
)

# Which window a device serves, from when until when; the one that is on has no end. Never changed otherwise.
assignments = _table(
    "assignments",
    sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), primary_key=True),
    sa.Column("number", Whole, primary_key=True),
    sa.Column("window", sa.Text, nullable=False),
    sa.Column("since_at", sa.Text, nullable=False),
    sa.Column("until_at", sa.Text),
    sa.Index("assignments_window", "window"),
)

# What a device last said of itself, and when it was last answered.
presence = _table(
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

# `seq`, `head`: the last committed row and its hash. `quarantined`: something before `seq` is in quarantine.
logs = _table(
    "logs",
    sa.Column("log_id", sa.Text, primary_key=True),
    sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), nullable=False, index=True),
    sa.Column("seq", Whole, nullable=False),
    sa.Column("head", sa.Text, nullable=False),
    sa.Column("quarantined", Truth, nullable=False),
    sa.Column("repeated", Whole, nullable=False),
    sa.Column("announced_at", sa.Text, nullable=False),
)

# Heads announced ahead of their rows, until the rows confirm them; `contradicted`: they did not.
heads = _table(
    "heads",
    sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), primary_key=True),
    sa.Column("seq", Whole, primary_key=True),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("session", sa.Text, nullable=False),
    sa.Column("announced_at", sa.Text, nullable=False),
    sa.Column("jws", sa.Text),
    sa.Column("contradicted", Truth, nullable=False),
)

# Every row of every log, whatever its kind. `row`: its JSON as hashed, with `hash`, unknown fields too.
# The columns beside it are null where the row is of another kind, or says nothing, or cannot be read.
# `day`: the day in China that it counts for. `invited`: the citizen was shown an invitation. `reasoned`: it
# gives an indicator or words. `at_corrected`: `at` by the province's reckoning, where the device did not
# trust its clock. `settled_at`: when its visit was held to be over; null while more may come.
ratings = _table(
    "ratings",
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), nullable=False),
    sa.Column("seq", Whole, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("row", sa.Text, nullable=False),
    sa.Column("received_at", sa.Text, nullable=False),
    sa.Column("counted", Truth, nullable=False),
    sa.Column("marks", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("day", sa.Text, nullable=False),
    sa.Column("visit", sa.Text),
    sa.Column("boot", sa.Text),
    sa.Column("outcome", sa.Text),
    sa.Column("level", sa.Integer),
    sa.Column("project_no", sa.Text),
    sa.Column("service_no", Whole),
    sa.Column("assessment", sa.Integer),
    sa.Column("window", sa.Text),
    sa.Column("assignment", Whole),
    sa.Column("clerk", sa.Text),
    sa.Column("channel", sa.Integer),
    sa.Column("at", sa.Text),
    sa.Column("invited", Truth, nullable=False),
    sa.Column("clock", sa.Text),
    sa.Column("mono_ms", Whole),
    sa.Column("at_corrected", sa.Text),
    sa.Column("reasoned", Truth),
    sa.Column("settled_at", sa.Text),
    sa.UniqueConstraint("log_id", "seq", name="ratings_once"),
    sa.Index("ratings_visit", "device", "visit"),
    sa.Index("ratings_day", "day"),
    sa.Index("ratings_unsettled", "log_id", sqlite_where=UNSETTLED, postgresql_where=UNSETTLED),
    sa.Index("ratings_untimed", "device", "boot", sqlite_where=UNTIMED, postgresql_where=UNTIMED),
)

# That at `at` the monotonic clock of a device's boot showed `mono_ms`.
anchors = _table(
    "anchors",
    sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), primary_key=True),
    sa.Column("boot", sa.Text, primary_key=True),
    sa.Column("mono_ms", Whole, primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
)

# Which visit's rating of a service counts: that of the first committed.
services = _table(
    "services",
    sa.Column("project_no", sa.Text, primary_key=True),
    sa.Column("service_no", Whole, primary_key=True),
    sa.Column("assessment", sa.Integer, primary_key=True),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("visit", sa.Text, nullable=False),
)

# Batches that contradict what is committed, as they came, for a person to look at.
quarantine = _table(
    "quarantine",
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), nullable=False, index=True),
    sa.Column("first", Whole, nullable=False),
    sa.Column("last", Whole, nullable=False),
    sa.Column("hashes", sa.Text, nullable=False),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("received_at", sa.Text, nullable=False),
    sa.Column("raw", sa.LargeBinary, nullable=False),
)

# Rows of the quarantine that a named person has admitted: those from `first` to `last`.
admissions = _table(
    "admissions",
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), nullable=False, index=True),
    sa.Column("first", Whole, nullable=False),
    sa.Column("last", Whole, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
)

# Logs that take no more rows at their device, by its own word: sound ones ("closed") and damaged ones.
log_ends = _table(
    "log_ends",
    sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("prior", sa.Text),
    sa.Column("why", sa.Text),
    sa.Column("announced_at", sa.Text, nullable=False),
)

# Rows that a device has declared lost. `held`: they had been committed here before.
losses = _table(
    "losses",
    sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), primary_key=True),
    sa.Column("first", Whole, primary_key=True),
    sa.Column("last", Whole, nullable=False),
    sa.Column("held", Truth, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("declared_at", sa.Text, nullable=False),
)

# The same alarm within the hour is one line with a number.
alarms = _table(
    "alarms",
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("last_at", sa.Text, nullable=False),
    sa.Column("times", Whole, nullable=False),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("acknowledged_at", sa.Text),
    sa.Column("acknowledged_by", sa.Text),
    sa.Index("alarms_same", "device", "code", "detail", "last_at"),
)

# One-time logins and the sessions they open; of each only the SHA-256 of its secret.
logins = _table(
    "logins",
    sa.Column("secret_hash", sa.Text, primary_key=True),
    sa.Column("expires_at", sa.Text, nullable=False),
)

# `user`: empty for a session opened by a one-time login. `idle_at`: when it ends unless it is used before.
sessions = _table(
    "sessions",
    sa.Column("secret_hash", sa.Text, primary_key=True),
    sa.Column("expires_at", sa.Text, nullable=False),
    sa.Column("idle_at", sa.Text),
    sa.Column("user", sa.Text, nullable=False),
)

# What the rows that count add up to, kept at every commit: statistics in milliseconds (province.tally).
# `slot`: of the whole province's lines one of a few by device, so that workers who count at once do not wait
# for one another.
tallies = _table(
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
awaiting = _table(
    "awaiting",
    sa.Column("rating", Whole, sa.ForeignKey("ratings.id"), primary_key=True, autoincrement=False),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("window", sa.Text, nullable=False),
    sa.Column("clerk", sa.Text, nullable=False),
    sa.Column("received_at", sa.Text, nullable=False),
    sa.Index("awaiting_key", "device", "window", "clerk", "received_at"),
)

# Ten ratings whose levels are shown together, never changed again. `reasons`: JSON, code to number.
groups = _table(
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

grouped = _table(
    "grouped",
    sa.Column("rating", Whole, sa.ForeignKey("ratings.id"), primary_key=True, autoincrement=False),
    sa.Column("group_id", Whole, sa.ForeignKey("groups.id"), nullable=False, index=True),
)

# Who runs halls, by code (部门编码).
organisations = _table(
    "organisations",
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
)

# Halls by code; one that nobody has given a code is known by its name. `area_code`: empty if not known.
halls = _table(
    "halls",
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("organisation", sa.Text, sa.ForeignKey("organisations.code")),
    sa.Column("area_code", sa.Text, nullable=False),
)

# Where a window is; a window that is not here belongs to no hall. `number`: as on its sign.
windows = _table(
    "windows",
    sa.Column("window", sa.Text, primary_key=True),
    sa.Column("hall", sa.Text, sa.ForeignKey("halls.code"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
)

# How many handlings a window had on a day, as its business system says: what coverage is measured against.
handlings = _table(
    "handlings",
    sa.Column("day", sa.Text, primary_key=True),
    sa.Column("window", sa.Text, primary_key=True),
    sa.Column("number", Whole, nullable=False),
)

# Who may look at the page. `hall`: the code of the only one that a viewer sees, null for all.
users = _table(
    "users",
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("hall", sa.Text),
    sa.Column("made_at", sa.Text, nullable=False),
    sa.Column("disabled_at", sa.Text),
)

# Programs' keys to the API; of each only the SHA-256.
tokens = _table(
    "tokens",
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("secret_hash", sa.Text, nullable=False, unique=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("hall", sa.Text),
    sa.Column("made_at", sa.Text, nullable=False),
    sa.Column("revoked_at", sa.Text),
)

# Failed logins by the SHA-256 of the name that was tried, whether or not there is such a user.
attempts = _table(
    "attempts",
    sa.Column("name_hash", sa.Text, primary_key=True),
    sa.Column("times", Whole, nullable=False),
    sa.Column("last_at", sa.Text, nullable=False, index=True),
    sa.Column("closed_until", sa.Text, nullable=False),
)

# Every version of a device's settings; `body`: what an operator set, JSON. `refused_why`: the device cannot.
settings = _table(
    "settings",
    sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), primary_key=True),
    sa.Column("version", Whole, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("made_at", sa.Text, nullable=False),
    sa.Column("refused_why", sa.Text),
)

# Orders; each is sent, addressed to the session of then, until there is an `outcome` or it has run out.
orders = _table(
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

# Sealed blobs, each beside the row that names it by `sha256`; nothing here can open one.
sealed = _table(
    "sealed",
    sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), primary_key=True),
    sa.Column("seq", Whole, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False, index=True),
    sa.Column("kid", sa.Text, nullable=False),
    sa.Column("suite", sa.Text, nullable=False),
    sa.Column("enc", sa.LargeBinary, nullable=False),
    sa.Column("ct", sa.LargeBinary, nullable=False),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("received_at", sa.Text, nullable=False),
)

# Blobs that no committed row names, as they came, for a person to look at.
sealed_aside = _table(
    "sealed_aside",
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), nullable=False),
    sa.Column("seq", Whole, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("device", sa.Text, nullable=False, index=True),
    sa.Column("received_at", sa.Text, nullable=False),
    sa.Column("raw", sa.LargeBinary, nullable=False),
)

# Who was handed which blob, when; `kid`: the key they said to hold. Never what was in it.
openings = _table(
    "openings",
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), nullable=False),
    sa.Column("seq", Whole, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("kid", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
)

# Blobs meant for a device (photos) or asked of it (bundles); the bytes are files. `kept_at` null: not here.
blobs = _table(
    "blobs",
    sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), primary_key=True),
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("purpose", sa.Text, primary_key=True),
    sa.Column("size", Whole, nullable=False),
    sa.Column("for_order", sa.Text),
    sa.Column("noted_at", sa.Text, nullable=False),
    sa.Column("kept_at", sa.Text),
)

# Permissions to enrol one device at one window, once. `device`, `kid`: the key that has used it. `replaces`:
# the device that served the window then, and is to go when the new one has `confirmed_at`.
tickets = _table(
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
certificates = _table(
    "certificates",
    sa.Column("serial", sa.Text, primary_key=True),
    sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), nullable=False, index=True),
    sa.Column("issued_at", sa.Text, nullable=False),
    sa.Column("until_at", sa.Text, nullable=False),
)

# Questions of devices whose certificate has ended for a new one, which a person approves; kept for good.
renewals = _table(
    "renewals",
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), nullable=False, index=True),
    sa.Column("asked_at", sa.Text, nullable=False),
    sa.Column("approved_at", sa.Text),
    sa.Column("by", sa.Text),
    sa.Column("issued_at", sa.Text),
)

# Who may speak for devices that cannot: each by name, with the key that signs. `disabled_at`: no more since.
technicians = _table(
    "technicians",
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("kid", sa.Text, nullable=False, unique=True),
    sa.Column("certificate", sa.Text, nullable=False),
    sa.Column("made_at", sa.Text, nullable=False),
    sa.Column("disabled_at", sa.Text),
)

# Who brought which rows of a dead device, when. `rows`: committed then; `aside`: kept in quarantine; `blobs`.
rescues = _table(
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
decommissions = _table(
    "decommissions",
    sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("technician", sa.Text, nullable=False),
    sa.Column("lost", Whole, nullable=False),
    sa.Column("statement", sa.Text, nullable=False),
)

# Who shut a device out or let it in again, when, why: for good. `revoked`: out; otherwise in again.
revocations = _table(
    "revocations",
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), nullable=False, index=True),
    sa.Column("revoked", Truth, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
)

# The boots that a device's hellos named last; the one with the highest `place` is the present one. `sent_at`:
# when its newest hello was sent, if the device trusted its clock.
boots = _table(
    "boots",
    sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), primary_key=True),
    sa.Column("boot", sa.Text, primary_key=True),
    sa.Column("place", Whole, nullable=False),
    sa.Column("session", sa.Text, nullable=False),
    sa.Column("sent_at", sa.Text),
    sa.Column("heard_at", sa.Text, nullable=False),
)

# The receipt codes that citizens asked for, the newest of a code in force; `word`: the salted hash of theirs.
receipt_codes = _table(
    "receipt_codes",
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("code", sa.Text, nullable=False, index=True),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("visit", sa.Text, nullable=False),
    sa.Column("salt", sa.Text, nullable=False),
    sa.Column("word", sa.Text, nullable=False),
)
