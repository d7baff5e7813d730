"""The tables of what came from ledgers: logs, rows, what is sealed, what is set aside."""

from __future__ import annotations

import sqlalchemy as sa

from province.store.columns import Truth, Whole, table

# Conditions of indexes that hold few of many rows; a query must say them word for word to use the index.
UNSETTLED = sa.text("settled_at IS NULL AND visit IS NOT NULL")
UNTIMED = sa.text("at_corrected IS NULL AND clock <> 'trusted'")

# `seq`, `head`: the last committed row and its hash. `quarantined`: something before `seq` is in quarantine.
logs = table(
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
heads = table(
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
ratings = table(
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
anchors = table(
    "anchors",
    sa.Column("device", sa.Text, sa.ForeignKey("devices.device"), primary_key=True),
    sa.Column("boot", sa.Text, primary_key=True),
    sa.Column("mono_ms", Whole, primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
)

# Which visit's rating of a service counts: that of the first committed.
services = table(
    "services",
    sa.Column("project_no", sa.Text, primary_key=True),
    sa.Column("service_no", Whole, primary_key=True),
    sa.Column("assessment", sa.Integer, primary_key=True),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("visit", sa.Text, nullable=False),
)

# Batches that contradict what is committed, as they came, for a person to look at.
quarantine = table(
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
admissions = table(
    "admissions",
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), nullable=False, index=True),
    sa.Column("first", Whole, nullable=False),
    sa.Column("last", Whole, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
)

# Logs that take no more rows at their device, by its own word: sound ones ("closed") and damaged ones.
log_ends = table(
    "log_ends",
    sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("prior", sa.Text),
    sa.Column("why", sa.Text),
    sa.Column("announced_at", sa.Text, nullable=False),
)

# Rows that a device has declared lost. `held`: they had been committed here before.
losses = table(
    "losses",
    sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), primary_key=True),
    sa.Column("first", Whole, primary_key=True),
    sa.Column("last", Whole, nullable=False),
    sa.Column("held", Truth, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("declared_at", sa.Text, nullable=False),
)

# Sealed blobs, each beside the row that names it by `sha256`; nothing here can open one.
sealed = table(
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
sealed_aside = table(
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
openings = table(
    "openings",
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("log_id", sa.Text, sa.ForeignKey("logs.log_id"), nullable=False),
    sa.Column("seq", Whole, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("kid", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
)

# The receipt codes that citizens asked for, the newest of a code in force; `word`: the salted hash of theirs.
receipt_codes = table(
    "receipt_codes",
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("code", sa.Text, nullable=False, index=True),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("visit", sa.Text, nullable=False),
    sa.Column("salt", sa.Text, nullable=False),
    sa.Column("word", sa.Text, nullable=False),
)
