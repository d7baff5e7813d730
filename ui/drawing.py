"""Shapes with smooth edges: drawn several times too large, then made smaller.

Kivy's own shapes are smooth only with multisampling, which an off-screen picture and some boards do not have,
and its "smooth" ones fray. A picture drawn once is the same on every driver, and cheaper to show than shapes.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw

from ui.palette import Colour

Point = tuple[float, float]

CLEAR: Colour = (0.0, 0.0, 0.0, 0.0)

_TIMES = 4


class Drawing:
    """A square of `side` pixels to draw on, clear at first.

    Places and lengths are parts of half the side: (0, 0) is the middle, (-1, -1) the lower left corner.
    """

    def __init__(self, side: int) -> None:
        self._side = side
        self._half = side * _TIMES / 2
        self._image = Image.new("RGBA", (side * _TIMES, side * _TIMES))
        self._draw = ImageDraw.Draw(self._image)

    def disc(self, at: Point, radius: float, colour: Colour) -> None:
        """A disc; with CLEAR, a hole."""
        x, y = self._at(at)
        r = radius * self._half
        self._draw.ellipse((x - r, y - r, x + r, y + r), fill=_bytes(colour))

    def box(self, inset: float, radius: float, colour: Colour) -> None:
        """A box with round corners, `inset` from the edges of the whole square."""
        low, high = inset * self._half, (2 - inset) * self._half - 1
        self._draw.rounded_rectangle((low, low, high, high), radius * self._half, fill=_bytes(colour))

    def stroke(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """A line with round ends and corners."""
        places = [self._at(point) for point in points]
        self._draw.line(places, fill=_bytes(colour), width=round(width * self._half))
        for point in points:
            self.disc(point, width / 2, colour)

    def finished(self) -> Image.Image:
        """The picture, RGBA, `side` pixels wide and high."""
        return self._image.resize((self._side, self._side), Image.Resampling.BOX)

    def _at(self, point: Point) -> Point:
        x, y = point
        return (1 + x) * self._half, (1 - y) * self._half


def _bytes(colour: Colour) -> tuple[int, ...]:
    return tuple(round(255 * part) for part in colour)
