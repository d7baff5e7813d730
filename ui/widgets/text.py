"""Words on the screen, set in lines that fit their box."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, OptionProperty, StringProperty
from PIL import Image, ImageDraw

from ui import letters
from ui.layout import LINE_HEIGHT
from ui.palette import DAY
from ui.typesetting import Measure, Setting, set_lines
from ui.widgets.drawn import Drawn
from ui.widgets.picture import texture_of

_MOST_LINES = 9

MOST_KEPT = 512
"""Pictures of texts. All that a visit shows in two languages is some 150, most of them of 30 kB."""


class Text(Drawn):
    """`text` in letters `em` pixels high. What does not fit ends in an ellipsis, and `cut` says so.

    `text_width`: pixels the text takes on one line; `snug_width`: those of its longest line, where none has
    more than `most_width`, if that is not 0. `mirrored`: on a screen read from the right, where left
    is right. `passing`: what somebody typed, or a code of theirs; its picture is not kept for the next time,
    nor when the screen has gone.
    Lines are broken and drawn once a frame, when all that changed has changed.
    """

    text = StringProperty("")
    em = NumericProperty(24)
    bold = BooleanProperty(False)
    color = ColorProperty(DAY.ink)
    halign = OptionProperty("left", options=("left", "center", "right"))
    valign = OptionProperty("middle", options=("top", "middle", "bottom"))
    mirrored = BooleanProperty(False)
    text_width = NumericProperty(0)
    most_width = NumericProperty(0)
    snug_width = NumericProperty(0)
    cut = BooleanProperty(False)
    passing = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.canvas:
            self._color = Color(rgba=self.color)
            self._rectangle = Rectangle(size=(0, 0))
        self._drawn: tuple[Setting, int, bool, str] | None = None
        for name in ("text", "em", "bold", "most_width"):
            self.fbind(name, self._measure)
        for name in ("pos", "size", "color", "halign", "mirrored", "valign"):
            self.fbind(name, self.draw_soon)
        self._measure()

    def set(self, most_lines: int, measure: Measure) -> Setting:
        """The text in at most `most_lines` lines."""
        return set_lines(self.text, self.width, most_lines, measure)

    @property
    def letters_box(self) -> tuple[float, float, float, float]:
        """Where on the screen the room of its lines is: left, bottom, width, height."""
        return (*self._rectangle.pos, *self._rectangle.size)

    @property
    def may_wait(self) -> bool:
        return not self.passing  # the picture of what somebody typed goes with the screen it was typed on

    def _width_of(self, line: str) -> float:
        return letters.width(line, int(self.em), bold=self.bold)

    def _measure(self, *_: object) -> None:
        self.text_width = math.ceil(max(map(self._width_of, self.text.splitlines()), default=0))
        if self.most_width:
            lines = set_lines(self.text, self.most_width, _MOST_LINES, self._width_of).lines
            self.snug_width = math.ceil(max(map(self._width_of, lines), default=0))
        self.draw_soon()

    def draw(self) -> None:
        most_lines = max(1, int(self.height // (self.em * LINE_HEIGHT)))
        setting = self.set(most_lines, self._width_of)
        self.cut = setting.cut
        side = {"left": "right", "right": "left"}.get(self.halign, "center") if self.mirrored else self.halign
        drawing = (setting, int(self.em), self.bold, side)
        if drawing != self._drawn:
            self._drawn = drawing
            self._draw_lines(setting, side)
        self._color.rgba = self.color
        width, height = self._rectangle.size
        left = {"left": 0, "center": (self.width - width) / 2, "right": self.width - width}[side]
        low = {"top": self.height - height, "middle": (self.height - height) / 2, "bottom": 0}[self.valign]
        # Whole pixels, or the letters blur.
        self._rectangle.pos = (round(self.x + left), round(self.y + low))

    def _draw_lines(self, setting: Setting, side: str) -> None:
        made = _lettering.__wrapped__ if self.passing else _lettering
        self._rectangle.texture, self._rectangle.size = made(setting.lines, self.em, self.bold, side)


@lru_cache(maxsize=MOST_KEPT)
def _lettering(
    lines: tuple[str, ...], em: float, bold: bool, side: str
) -> tuple[Texture | None, tuple[int, int]]:
    """`lines` drawn in white, of which the colour is made when they are shown; their room in pixels."""
    px = int(em)
    widths = [math.ceil(letters.width(line, px, bold=bold)) for line in lines]
    width, line_height = max(widths, default=0), math.ceil(em * LINE_HEIGHT)
    if width == 0:
        return None, (0, 0)
    baseline = round(letters.baseline(lines, px, line_height))
    mask = Image.new("L", (width, line_height * len(lines)))
    canvas = ImageDraw.Draw(mask)
    for n, (line, line_width) in enumerate(zip(lines, widths, strict=True)):
        left = {"left": 0, "center": (width - line_width) // 2, "right": width - line_width}[side]
        letters.draw(canvas, (left, n * line_height + baseline), line, px, bold=bold)
    white = Image.new("RGBA", mask.size, "white")
    white.putalpha(mask)
    return texture_of(white), mask.size
