"""The users of the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from device.clock import wall_text
from province.errors import AccountError
from province.role import Principal, Role
from province.store.account_tables import users
from province.store.dialect import insert_new


@dataclass(frozen=True, slots=True)
class User:
    """A user, without the password's hash. `disabled_at`: null while they may log in."""

    name: str
    role: str
    hall: str | None
    made_at: str
    disabled_at: str | None


def add(
    connection: sa.Connection, name: str, *, password_hash: str, role: Role, hall: str | None, now: datetime
) -> None:
    """Make a user. Raises AccountError for a name that is taken, or an operator of one hall."""
    check_name(name)
    check_hall(role, hall)
    made = connection.execute(
        insert_new(connection, users)
        .values(name=name, password_hash=password_hash, role=role.value, hall=hall, made_at=wall_text(now))
        .returning(users.c.name)
    )
    if made.first() is None:
        raise AccountError("taken", f"there is a user {name} already; choose another name")


def set_password(connection: sa.Connection, name: str, password_hash: str) -> None:
    """Give a user another password, and let them in again. Raises AccountError for nobody."""
    _change(connection, name, password_hash=password_hash, disabled_at=None)


def disable(connection: sa.Connection, name: str, now: datetime) -> None:
    """Let a user in no more; the name stays, for alarms carry it. Raises AccountError for nobody."""
    _change(connection, name, disabled_at=wall_text(now))


def all_users(connection: sa.Connection) -> list[User]:
    """Every user, by name."""
    columns = (users.c.name, users.c.role, users.c.hall, users.c.made_at, users.c.disabled_at)
    return [User(*row) for row in connection.execute(sa.select(*columns).order_by(users.c.name))]


def find_allowed(connection: sa.Connection, name: str) -> Principal | None:
    """The user `name`, None when there is none who may log in."""
    row = connection.execute(_allowed(name)).one_or_none()
    return Principal(row.name, Role(row.role), row.hall) if row else None


def password_hash_of(connection: sa.Connection, name: str) -> str | None:
    """What is kept of the password of a user who may log in."""
    row = connection.execute(_allowed(name)).one_or_none()
    return row.password_hash if row else None


def check_name(name: str) -> None:
    """Raises AccountError for what is no name of a user or token."""
    if not 1 <= len(name) <= 64 or not name.isprintable() or name != name.strip():
        raise AccountError("name", "a name has 1 to 64 characters that can be seen, no spaces around them")


def check_hall(role: Role, hall: str | None) -> None:
    """Raises AccountError for an operator of one hall: operators see rows of all."""
    if hall is not None and role is Role.OPERATOR:
        raise AccountError(
            "hall", "an operator cannot be limited to a hall; leave it out, or take another role"
        )


def _allowed(name: str) -> sa.Select[tuple[object, ...]]:
    return sa.select(users).where(users.c.name == name, users.c.disabled_at.is_(None))


def _change(connection: sa.Connection, name: str, **values: str | None) -> None:
    changed = connection.execute(sa.update(users).where(users.c.name == name).values(**values))
    if changed.rowcount != 1:
        raise AccountError("nobody", f"there is no user {name}; `province users list` shows them")
