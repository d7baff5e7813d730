"""The tables of who looks at the province: users, sessions, keys; and the alarms they are told."""

from __future__ import annotations

import sqlalchemy as sa

from province.store.columns import Whole, table

# The same alarm within the hour is one line with a number.
alarms = table(
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
logins = table(
    "logins",
    sa.Column("secret_hash", sa.Text, primary_key=True),
    sa.Column("expires_at", sa.Text, nullable=False),
)

# `user`: empty for a session opened by a one-time login. `idle_at`: when it ends unless it is used before.
sessions = table(
    "sessions",
    sa.Column("secret_hash", sa.Text, primary_key=True),
    sa.Column("expires_at", sa.Text, nullable=False),
    sa.Column("idle_at", sa.Text),
    sa.Column("user", sa.Text, nullable=False),
)

# Who may look at the page. `hall`: the code of the only one that a viewer sees, null for all.
users = table(
    "users",
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("hall", sa.Text),
    sa.Column("made_at", sa.Text, nullable=False),
    sa.Column("disabled_at", sa.Text),
)

# Programs' keys to the API; of each only the SHA-256.
tokens = table(
    "tokens",
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("secret_hash", sa.Text, nullable=False, unique=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("hall", sa.Text),
    sa.Column("made_at", sa.Text, nullable=False),
    sa.Column("revoked_at", sa.Text),
)

# Failed logins by the SHA-256 of the name that was tried, whether or not there is such a user.
attempts = table(
    "attempts",
    sa.Column("name_hash", sa.Text, primary_key=True),
    sa.Column("times", Whole, nullable=False),
    sa.Column("last_at", sa.Text, nullable=False, index=True),
    sa.Column("closed_until", sa.Text, nullable=False),
)
