"""Programs' bearer tokens; of each only the SHA-256 is kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from device.clock import wall_text
from province.errors import AccountError
from province.role import Principal, Role
from province.store.access import secret_hash
from province.store.account_tables import tokens
from province.store.dialect import insert_new
from province.store.users import check_hall, check_name


@dataclass(frozen=True, slots=True)
class Token:
    """A token, without its secret. `revoked_at`: null while it is good."""

    name: str
    role: str
    hall: str | None
    made_at: str
    revoked_at: str | None


def make(connection: sa.Connection, name: str, *, role: Role, hall: str | None, now: datetime) -> str:
    """A new token, told this once. Raises AccountError for a name that is taken."""
    check_name(name)
    check_hall(role, hall)
    secret = secrets.token_urlsafe(32)
    made = connection.execute(
        insert_new(connection, tokens)
        .values(
            name=name, secret_hash=secret_hash(secret), role=role.value, hall=hall, made_at=wall_text(now)
        )
        .returning(tokens.c.name)
    )
    if made.first() is None:
        raise AccountError("taken", f"there is, or was, a token {name}; choose another name")
    return secret


def revoke(connection: sa.Connection, name: str, now: datetime) -> None:
    """Make a token worthless. Raises AccountError for none."""
    revoked = connection.execute(
        sa.update(tokens).where(tokens.c.name == name).values(revoked_at=wall_text(now))
    )
    if revoked.rowcount != 1:
        raise AccountError("nobody", f"there is no token {name}; `province tokens list` shows them")


def all_tokens(connection: sa.Connection) -> list[Token]:
    """Every token, by name."""
    columns = (tokens.c.name, tokens.c.role, tokens.c.hall, tokens.c.made_at, tokens.c.revoked_at)
    return [Token(*row) for row in connection.execute(sa.select(*columns).order_by(tokens.c.name))]


def find(connection: sa.Connection, secret: str) -> Principal | None:
    """Whose token this is; None when it is nobody's or was revoked."""
    row = connection.execute(
        sa.select(tokens).where(tokens.c.secret_hash == secret_hash(secret), tokens.c.revoked_at.is_(None))
    ).one_or_none()
    return Principal(row.name, Role(row.role), row.hall) if row else None
