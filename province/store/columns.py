"""What the columns of the province's database hold, and how its tables are made."""

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

every_table = sa.MetaData()


def table(name: str, *parts: Any, **how: Any) -> sa.Table:
    """The table `name`, one of `every_table` from then on."""
    return sa.Table(name, every_table, *parts, sqlite_strict=True, **how)
