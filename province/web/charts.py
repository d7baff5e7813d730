"""The geometry of column charts; a template draws it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LEFT, RIGHT, TOP, BOTTOM = 40, 6, 10, 24
GAP = 0.28  # of a column's place
LABEL = 38  # the widest label


@dataclass(frozen=True, slots=True)
class Column:
    """One column: parts of it from below, each with the class it is drawn by. `title`: told on pointing."""

    label: str
    title: str
    parts: tuple[tuple[str, int], ...]

    @property
    def number(self) -> int:
        """All parts together."""
        return sum(number for _, number in self.parts)


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of a column."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A column as drawn, `hit` being its whole place, for the pointer."""

    title: str
    hit: Rectangle
    parts: list[Rectangle]


@dataclass(frozen=True, slots=True)
class Mark:
    """A text on an axis, at `at` pixels along it."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart in pixels."""

    kind: str
    width: int
    height: int
    left: int
    right: int
    base: int
    bars: list[Bar]
    ticks: list[Mark]
    labels: list[Mark]


def columns(data: Sequence[Column], *, kind: str, width: int, height: int, every: int) -> Chart:
    """A chart of `data` with a label under every so many columns, counted from the last."""
    ticks = ticks_to(max((column.number for column in data), default=0))
    base = height - BOTTOM
    place = (width - LEFT - RIGHT) / max(1, len(data))

    def y(number: int) -> float:
        return round(base - (base - TOP) * number / ticks[-1], 1)

    bars, labels = [], []
    for index, column in enumerate(data):
        x = LEFT + place * index
        below, parts = 0, []
        for part, number in column.parts:
            if number:
                top, bottom = y(below + number), y(below)
                shape = (round(x + place * GAP / 2, 1), top, round(place * (1 - GAP), 1), bottom - top)
                parts.append(Rectangle(shape[0], shape[1], shape[2], round(shape[3], 1), part))
                below += number
        hit = Rectangle(round(x, 1), TOP, round(place, 1), base - TOP, "hit")
        bars.append(Bar(column.title, hit, parts))
        if (len(data) - 1 - index) % every == 0:
            # The last label would be cut off at the edge of a phone.
            middle = min(x + place / 2, width - LABEL / 2)
            labels.append(Mark(round(middle, 1), column.label))
    return Chart(
        kind=kind,
        width=width,
        height=height,
        left=LEFT,
        right=width - RIGHT,
        base=base,
        bars=bars,
        ticks=[Mark(y(tick), f"{tick:,}") for tick in ticks],
        labels=labels,
    )


def both_widths(data: Sequence[Column], *, every: int) -> list[Chart]:
    """The chart for a desk and, with half the labels, for a phone: text keeps its size."""
    return [
        columns(data, kind="wide", width=680, height=200, every=every),
        columns(data, kind="narrow", width=330, height=180, every=2 * every),
    ]


def ticks_to(most: int) -> list[int]:
    """Round whole numbers from 0 to at least `most`, three to six of them."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if step * factor * 4 >= most:
                wide = step * factor
                return list(range(0, max(2, -(-most // wide)) * wide + 1, wide))
        step *= 10
