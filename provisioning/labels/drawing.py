"""What stands on a label, in millimetres from its upper left corner: text, lines, a QR code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from provisioning.labels.letters import ABOVE, BELOW, width
from provisioning.labels.qr import QrCode

Colour = tuple[int, int, int]

# The screens' own ink (ui.palette): dark words, quiet ones, lines. All print well in grey.
INK: Colour = (0x16, 0x22, 0x2C)
SOFT: Colour = (0x3C, 0x4A, 0x55)
LINE: Colour = (0x6F, 0x7D, 0x88)
CUT: Colour = (0xAE, 0xB9, 0xC2)


class Side(StrEnum):
    """Which point of a text its `x` is."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; `y` is its baseline, `size` the height of a Chinese character."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False
    colour: Colour = INK
    side: Side = Side.LEFT

    @property
    def left(self) -> float:
        """Where it begins."""
        wide = width(self.text, self.size, bold=self.bold)
        return self.x - {Side.LEFT: 0.0, Side.CENTRE: wide / 2, Side.RIGHT: wide}[self.side]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        wide = width(self.text, self.size, bold=self.bold)
        return self.left, self.y - ABOVE * self.size, self.left + wide, self.y + BELOW * self.size


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line, level or upright."""

    x1: float
    y1: float
    x2: float
    y2: float
    thick: float
    colour: Colour = LINE

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        half = self.thick / 2
        level = self.y1 == self.y2
        dx, dy = (0.0, half) if level else (half, 0.0)
        return self.x1 - dx, self.y1 - dy, self.x2 + dx, self.y2 + dy


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code; `x` and `y` are the corner of its quiet zone."""

    x: float
    y: float
    code: QrCode

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom, with the quiet zone."""
        return self.x, self.y, self.x + self.code.side, self.y + self.code.side


Item = Text | Line | Qr


@dataclass(frozen=True, slots=True)
class Drawing:
    """One label or page."""

    width: float
    height: float
    items: tuple[Item, ...]

    def moved(self, dx: float, dy: float) -> tuple[Item, ...]:
        """Its items, on a larger page."""
        return tuple(_moved(item, dx, dy) for item in self.items)


def _moved(item: Item, dx: float, dy: float) -> Item:
    if isinstance(item, Line):
        return replace(item, x1=item.x1 + dx, y1=item.y1 + dy, x2=item.x2 + dx, y2=item.y2 + dy)
    return replace(item, x=item.x + dx, y=item.y + dy)
