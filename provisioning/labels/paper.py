"""Paper: labels of the common sizes, and the A4 sheets they come on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from provisioning.labels.drawing import CUT, Drawing, Item, Line
from provisioning.refused import Refused

A4 = (210.0, 297.0)

_MARK = 2.0  # mm, inside the label's margin
_MARK_THICK = 0.1


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page with labels in rows, the whole in its middle. In mm."""

    width: float
    height: float
    columns: int
    rows: int
    between: float = 0.0  # columns; the rows of all of them touch
    page: tuple[float, float] = A4

    @property
    def places(self) -> int:
        """How many labels are on it."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """The upper left corner of label `place`, from 0, row by row."""
        row, column = divmod(place, self.columns)
        whole = self.columns * self.width + (self.columns - 1) * self.between
        left = (self.page[0] - whole) / 2
        top = (self.page[1] - self.rows * self.height) / 2
        return left + column * (self.width + self.between), top + row * self.height


SHEETS = {
    "3x7": Sheet(63.5, 38.1, 3, 7, 2.5),  # Avery L7160
    "3x8": Sheet(70.0, 37.0, 3, 8),
    "2x4": Sheet(99.1, 67.7, 2, 4, 2.5),  # Avery L7165
    "a5": Sheet(210.0, 148.5, 1, 2),
    "a4": Sheet(297.0, 210.0, 1, 1, page=(297.0, 210.0)),
}


def on_sheets(
    labels: Sequence[Drawing], sheet: Sheet, *, start: int = 1, marks: bool = False
) -> list[Drawing]:
    """The labels on as many sheets as it takes, the first at place `start` (from 1) of the first sheet.

    `marks`: the corners of each label, to cut it out. Raises Refused when there is no such place.
    """
    if not 1 <= start <= sheet.places:
        raise Refused("label.start", start=start, places=sheet.places)
    pages: list[list[Item]] = []
    for number, label in enumerate(labels, start - 1):
        place = number % sheet.places
        if not pages or place == 0:
            pages.append([])
        x, y = sheet.corner(place)
        pages[-1] += label.moved(x, y)
        if marks:
            pages[-1] += _corners(x, y, x + sheet.width, y + sheet.height)
    return [Drawing(*sheet.page, tuple(items)) for items in pages]


def _corners(left: float, top: float, right: float, bottom: float) -> list[Item]:
    found: list[Item] = []
    for x, inward in ((left, _MARK), (right, -_MARK)):
        for y, down in ((top, _MARK), (bottom, -_MARK)):
            found.append(Line(min(x, x + inward), y, max(x, x + inward), y, _MARK_THICK, CUT))
            found.append(Line(x, min(y, y + down), x, max(y, y + down), _MARK_THICK, CUT))
    return found
