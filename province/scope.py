"""What statistics are asked of: the province, a hall, a window, a matter, a clerk, a device."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import sqlalchemy as sa

from device.errors import InvalidField
from province.errors import Forbidden
from province.role import Principal
from province.store import places, windows
from province.tally import Scope

LONGEST = timedelta(days=366)
HALL = "hall"
_KINDS = (HALL, *(scope.value for scope in Scope if scope is not Scope.PROVINCE))


@dataclass(frozen=True, slots=True)
class Asked:
    """A scope and the days asked for, both included. `kind` None: the hall `name`, by code or name."""

    kind: Scope | None
    name: str
    first_day: str
    last_day: str

    @property
    def text(self) -> str:
        """The scope as it is written."""
        if self.kind is Scope.PROVINCE:
            return self.kind.value
        return f"{self.kind.value if self.kind else HALL}:{self.name}"


def read_asked(
    scope: str | None, first_day: str | None, last_day: str | None, *, today: date, who: Principal
) -> Asked:
    """What is asked by these words; all of what `who` sees, today, by default. Raises InvalidField."""
    kind, name = _read_scope(scope, who)
    last = _read_day("to", last_day) if last_day else today
    first = _read_day("from", first_day) if first_day else min(today, last)
    if not timedelta(0) <= last - first < LONGEST:
        raise InvalidField("from", f"must be at or before `to`, and less than {LONGEST.days} days before it")
    return Asked(kind, name, first.isoformat(), last.isoformat())


def resolved(connection: sa.Connection, asked: Asked) -> Asked:
    """`asked`, with a hall said by its name as its code. Raises InvalidField when several have the name."""
    if asked.kind is not None:
        return asked
    return replace(asked, name=places.hall_code(connection, asked.name) or asked.name)


def check_allowed(connection: sa.Connection, asked: Asked, who: Principal) -> None:
    """Raises Forbidden when `who` may not see the scope: a viewer of one hall sees it and its windows."""
    if who.hall is None:
        return
    if asked.kind is None and asked.name == who.hall:
        return
    if asked.kind is Scope.WINDOW:
        placed = windows.all_windows(connection).get(asked.name)
        if placed is not None and placed.hall == who.hall:
            return
    raise Forbidden("this viewer sees one hall and its windows; ask for those")


def _read_scope(scope: str | None, who: Principal) -> tuple[Scope | None, str]:
    if scope is None:
        return (Scope.PROVINCE, "") if who.hall is None else (None, who.hall)
    if scope == Scope.PROVINCE:
        return Scope.PROVINCE, ""
    kind, _, name = scope.partition(":")
    if kind not in _KINDS or not name or "\0" in name:
        kinds = ", ".join(f"{known}:…" for known in _KINDS)
        raise InvalidField("scope", f"must be province or one of {kinds}")
    return (None if kind == HALL else Scope(kind)), name


def _read_day(field: str, text: str) -> date:
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidField(field, "must be a day, YYYY-MM-DD") from None
