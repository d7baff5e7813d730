"""A box with round corners and a frame."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from kivy.clock import Clock
from kivy.graphics import BorderImage, Color
from kivy.properties import ColorProperty, NumericProperty
from kivy.uix.widget import Widget
from PIL import Image

from ui.drawing import Drawing
from ui.palette import DAY, Colour
from ui.widgets.picture import texture_of


@lru_cache(maxsize=64)
def corners(radius: int, frame: int, frame_color: Colour, fill_color: Colour) -> Image.Image:
    """The smallest such box, four corners side by side; larger ones are stretched between them."""
    half = radius + 1
    drawing = Drawing(2 * half)
    drawing.box(0, radius / half, frame_color)
    drawing.box(frame / half, max(0, radius - frame) / half, fill_color)
    return drawing.finished()


class Card(Widget):
    """Filled with `fill_color`, framed `frame` pixels thick; the corners have `radius` pixels."""

    fill_color = ColorProperty(DAY.paper)
    frame_color = ColorProperty(DAY.line)
    frame = NumericProperty(0)
    radius = NumericProperty(8)

    def __init__(self, **kwargs: Any) -> None:
        self._draw_soon = Clock.create_trigger(self._draw, -1)
        super().__init__(**kwargs)
        with self.canvas.before:
            Color()
            self._box = BorderImage()
        self._drawn: Image.Image | None = None
        for name in ("fill_color", "frame_color", "frame", "radius", "pos", "size"):
            self.fbind(name, self._draw_soon)

    def _draw(self, *_: object) -> None:
        radius = int(self.radius)
        picture = corners(radius, int(self.frame), tuple(self.frame_color), tuple(self.fill_color))
        if picture is not self._drawn:
            self._drawn = picture
            self._box.texture = texture_of(picture)
            self._box.border = (radius, radius, radius, radius)
        # Never narrower than its corners: a time bar that is nearly empty keeps its round ends.
        least = 2 * int(self.radius)
        self._box.pos = (round(self.x), round(self.y))
        self._box.size = (max(least, round(self.width)), max(least, round(self.height)))
