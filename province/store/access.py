"""One-time logins and sessions. Only the SHA-256 of each secret is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from device.clock import wall_text
from province.role import OPERATOR, Principal
from province.store import users
from province.store.account_tables import logins, sessions

LOGIN = timedelta(minutes=10)
SESSION = timedelta(hours=12)  # a working day
IDLE = timedelta(minutes=30)
# Use is noted this often: a write for each click would be one too many.
NOTED = timedelta(minutes=1)


def make_login(connection: sa.Connection, now: datetime) -> str:
    """The secret of a new login, good once within ten minutes. Those that ran out are removed."""
    for table in (logins, sessions):
        connection.execute(sa.delete(table).where(table.c.expires_at <= wall_text(now)))
    secret = secrets.token_urlsafe(32)
    connection.execute(
        sa.insert(logins).values(secret_hash=secret_hash(secret), expires_at=wall_text(now + LOGIN))
    )
    return secret


def open_session(connection: sa.Connection, login: str, now: datetime) -> str | None:
    """The secret of an operator's session in exchange for that of a login; None when it is no longer good.

    It does not end by idleness: this is how a screen on a wall is opened, by whoever runs the machine.
    """
    used = connection.execute(
        sa.delete(logins).where(
            logins.c.secret_hash == secret_hash(login), logins.c.expires_at > wall_text(now)
        )
    )
    return _open(connection, "", now, idle_at=None) if used.rowcount == 1 else None


def open_session_of(connection: sa.Connection, user: str, now: datetime) -> str:
    """The secret of a new session of a user whose password was right."""
    return _open(connection, user, now, idle_at=wall_text(now + IDLE))


def find_session(connection: sa.Connection, secret: str, now: datetime) -> Principal | None:
    """Whose session this is the secret of; None when it has ended or its user may no longer."""
    at = wall_text(now)
    row = connection.execute(
        sa.select(sessions.c.user).where(
            sessions.c.secret_hash == secret_hash(secret),
            sessions.c.expires_at > at,
            sa.or_(sessions.c.idle_at.is_(None), sessions.c.idle_at > at),
        )
    ).one_or_none()
    if row is None:
        return None
    return users.find_allowed(connection, row.user) if row.user else OPERATOR


def needs_noting(connection: sa.Connection, secret: str, now: datetime) -> bool:
    """Whether the use of a session at `now` is worth a write."""
    row = connection.execute(
        sa.select(sessions.c.idle_at).where(sessions.c.secret_hash == secret_hash(secret))
    ).one_or_none()
    return row is not None and row.idle_at is not None and row.idle_at < wall_text(now + IDLE - NOTED)


def note_use(connection: sa.Connection, secret: str, now: datetime) -> None:
    """The session was used: its idle time begins anew."""
    connection.execute(
        sa.update(sessions)
        .where(sessions.c.secret_hash == secret_hash(secret), sessions.c.idle_at.is_not(None))
        .values(idle_at=wall_text(now + IDLE))
    )


def close_session(connection: sa.Connection, secret: str) -> None:
    """End a session."""
    connection.execute(sa.delete(sessions).where(sessions.c.secret_hash == secret_hash(secret)))


def close_sessions_of(connection: sa.Connection, user: str) -> None:
    """End every session of a user."""
    connection.execute(sa.delete(sessions).where(sessions.c.user == user))


def secret_hash(secret: str) -> str:
    """What is kept of a secret. No salt: these are 256 random bits, not words a person chose."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def form_token(secret: str) -> str:
    """What a form of this session carries, so that no other site can send it: known to nobody without it."""
    return secret_hash("form " + secret)


def _open(connection: sa.Connection, user: str, now: datetime, *, idle_at: str | None) -> str:
    secret = secrets.token_urlsafe(32)
    connection.execute(
        sa.insert(sessions).values(
            secret_hash=secret_hash(secret), expires_at=wall_text(now + SESSION), idle_at=idle_at, user=user
        )
    )
    return secret
