"""Organisations, halls and windows: who runs which hall, and which windows are in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from device.errors import InvalidField
from province.places.plan import Hall, Organisation, Part, Places, Plan, Window
from province.store.account_tables import tokens, users
from province.store.dialect import insert_replacing, lock_out_writers
from province.store.figure_tables import halls, organisations, windows


def all_places(connection: sa.Connection) -> Places:
    """Every place; halls by organisation, windows by hall."""
    ordered = sa.select(windows).order_by(windows.c.hall, windows.c.window)
    return Places(
        {
            r.code: Organisation(*r)
            for r in connection.execute(sa.select(organisations).order_by(organisations.c.code))
        },
        all_halls(connection),
        {r.window: Window(*r) for r in connection.execute(ordered)},
    )


def all_halls(connection: sa.Connection) -> dict[str, Hall]:
    """Every hall by code."""
    rows = connection.execute(sa.select(halls).order_by(halls.c.organisation, halls.c.code))
    return {row.code: Hall(*row) for row in rows}


def hall_code(connection: sa.Connection, said: str) -> str | None:
    """The code of the hall that is called so: by code, or by a name that no other has; None: there is none.

    Raises InvalidField when several halls have the name.
    """
    found = (
        connection.execute(sa.select(halls.c.code).where(sa.or_(halls.c.code == said, halls.c.name == said)))
        .scalars()
        .all()
    )
    if said in found:
        return said
    if len(found) > 1:
        raise InvalidField(
            "hall", f"{len(found)} halls are called {said}; say which by its code: {', '.join(found)}"
        )
    return found[0] if found else None


def make_hall(connection: sa.Connection, name: str) -> str:
    """The code of the hall called `name`, made if there is none: then its name stands for its code."""
    code = hall_code(connection, name)
    if code is None:
        connection.execute(sa.insert(halls).values(code=name, name=name, organisation=None, area_code=""))
    return code or name


def lock(connection: sa.Connection) -> None:
    """Nobody else changes places until this transaction ends."""
    lock_out_writers(connection, organisations, halls, windows)


def apply(connection: sa.Connection, wanted: Places, plan: Plan) -> None:
    """Carry out the plan of `wanted`; the caller has locked the places since it was made."""
    _put(connection, organisations, wanted.organisations, _touched(plan.organisations))
    _put(connection, halls, wanted.halls, {*_touched(plan.halls), *plan.coded.values()})
    for name, code in plan.coded.items():
        for table in (windows, users, tokens):
            connection.execute(sa.update(table).where(table.c.hall == name).values(hall=code))
        connection.execute(sa.delete(halls).where(halls.c.code == name))
    _put(connection, windows, wanted.windows, _touched(plan.windows))


def _touched(part: Part) -> set[str]:
    return {*part.added, *(one.code for one in part.changed)}


def _put(
    connection: sa.Connection, table: sa.Table, wanted: Mapping[str, Any], codes: Collection[str]
) -> None:
    lines = [asdict(wanted[code]) for code in sorted(codes)]
    if lines:
        columns = [column.name for column in table.columns if not column.primary_key]
        connection.execute(insert_replacing(connection, table, *columns), lines)
