"""Rows that arrived, as an operator sees them."""

from __future__ import annotations

from dataclasses import dataclass

from province.store.ratings import Stored


@dataclass(frozen=True, slots=True)
class Arrival:
    """One row that arrived. Texts are empty where the row says nothing. `at`: time of day."""

    at: str
    window: str
    clerk: str
    outcome: str
    level: int | None
    matter: str
    indicators: tuple[str, ...]
    counted: bool
    marks: tuple[str, ...]


def arrival_of(stored: Stored) -> Arrival:
    """A stored row as shown. The row may be one that could not be read: every field is doubted."""
    row = stored.row
    handling = row.get("handling")
    level = row.get("level")
    indicators = row.get("indicators")
    return Arrival(
        at=_text(row.get("at"))[11:19] or stored.received_at[11:19],
        window=stored.window or "",
        clerk=_text(row.get("clerk")),
        outcome=_text(row.get("outcome")),
        level=level if isinstance(level, int) and not isinstance(level, bool) else None,
        matter=_text(handling.get("task_name")) if isinstance(handling, dict) else "",
        indicators=tuple(map(_text, indicators)) if isinstance(indicators, list) else (),
        counted=stored.counted,
        marks=stored.marks,
    )


def _text(value: object) -> str:
    return value[:200] if isinstance(value, str) else ""
