"""Figures as a page shows them: shares of a chart, percentages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """One line of a bar chart: `number` of them, `percent` of the widest (0 to 100)."""

    code: str
    number: int
    percent: float


def shares(numbers: Mapping[str, int]) -> list[Share]:
    """Bars for `numbers`, the widest of them full."""
    most = max(numbers.values(), default=0) or 1
    return [Share(code, number, round(100 * number / most, 1)) for code, number in numbers.items()]


def percent(part: int, whole: int) -> str:
    """`part` of `whole` in percent with one decimal, half up; only all is 100 and only none is 0."""
    if whole == 0:
        return "—"
    tenths = (2000 * part + whole) // (2 * whole)
    if 0 < part < whole:
        tenths = min(max(tenths, 1), 999)
    return f"{tenths / 10:.1f}%"
