"""Where the windows are, and how many handlings each had."""

from __future__ import annotations

import sqlalchemy as sa

from province.places.plan import Window
from province.store import places
from province.store.dialect import insert_replacing
from province.store.figure_tables import handlings, windows


def place(connection: sa.Connection, window: Window) -> None:
    """Say where a window is, its hall by code or name; the last word holds, for the past too.

    Raises InvalidField when several halls have the name.
    """
    hall = places.make_hall(connection, window.hall)
    connection.execute(
        insert_replacing(connection, windows, "hall", "name").values(
            window=window.window, hall=hall, name=window.name, number=window.number
        )
    )


def all_windows(connection: sa.Connection) -> dict[str, Window]:
    """Every placed window, by code."""
    rows = connection.execute(sa.select(windows).order_by(windows.c.hall, windows.c.window))
    return {row.window: Window(*row) for row in rows}


def find(connection: sa.Connection, window: str) -> Window | None:
    """A placed window."""
    row = connection.execute(sa.select(windows).where(windows.c.window == window)).one_or_none()
    return Window(*row) if row else None


def report_handlings(connection: sa.Connection, *, day: str, window: str, number: int) -> None:
    """How many handlings a window had on a day; the last word holds."""
    connection.execute(
        insert_replacing(connection, handlings, "number").values(day=day, window=window, number=number)
    )


def handlings_between(
    connection: sa.Connection,
    first_day: str,
    last_day: str,
    *,
    window: str | None = None,
    hall: str | None = None,
) -> int | None:
    """The handlings known of these days: of a window, of a hall, or of all; None when none are."""
    wanted = sa.select(sa.func.sum(handlings.c.number)).where(handlings.c.day.between(first_day, last_day))
    if window is not None:
        wanted = wanted.where(handlings.c.window == window)
    if hall is not None:
        inside = sa.select(windows.c.window).where(windows.c.hall == hall)
        wanted = wanted.where(handlings.c.window.in_(inside))
    found = connection.execute(wanted).scalar_one()
    return None if found is None else int(found)
