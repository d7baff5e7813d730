"""A box with round corners and a frame."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from kivy.graphics import BorderImage, Color
from kivy.graphics.texture import Texture
from kivy.properties import ColorProperty, NumericProperty

from ui.drawing import Drawing
from ui.palette import DAY, Colour
from ui.widgets.drawn import Drawn
from ui.widgets.picture import texture_of


@lru_cache(maxsize=64)
def corners(radius: int, frame: int, frame_color: Colour, fill_color: Colour) -> Texture:
    """The smallest such box, four corners side by side; larger ones are stretched between them."""
    half = radius + 1
    drawing = Drawing(2 * half)
    drawing.box(0, radius / half, frame_color)
    drawing.box(frame / half, max(0, radius - frame) / half, fill_color)
    return texture_of(drawing.finished())


class Card(Drawn):
    """Filled with `fill_color`, framed `frame` pixels thick; the corners have `radius` pixels."""

    fill_color = ColorProperty(DAY.paper)
    frame_color = ColorProperty(DAY.line)
    frame = NumericProperty(0)
    radius = NumericProperty(8)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.canvas.before:
            Color()
            self._box = BorderImage()
        for name in ("fill_color", "frame_color", "frame", "radius", "pos", "size"):
            self.fbind(name, self.draw_soon)

    def draw(self) -> None:
        radius = int(self.radius)
        texture = corners(radius, int(self.frame), tuple(self.frame_color), tuple(self.fill_color))
        if texture is not self._box.texture:
            self._box.texture = texture
            self._box.border = (radius, radius, radius, radius)
        # Never narrower than its corners: a time bar that is nearly empty keeps its round ends.
        least = 2 * int(self.radius)
        self._box.pos = (round(self.x), round(self.y))
        self._box.size = (max(least, round(self.width)), max(least, round(self.height)))
