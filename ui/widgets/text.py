"""Words on the screen, set in lines that fit their box."""

from __future__ import annotations

import math
from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, Rectangle
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.widget import Widget
from PIL import Image, ImageDraw

from ui.fonts import font
from ui.layout import LINE_HEIGHT
from ui.palette import DAY
from ui.typesetting import Measure, Setting, set_lines
from ui.widgets.picture import texture_of

ASCENT_EM = 0.88
"""How much of the em square of Noto Sans CJK is above the baseline."""


class Text(Widget):
    """`text` in letters `em` pixels high. What does not fit ends in an ellipsis, and `cut` says so.

    `text_width`: pixels the text takes on one line. Lines are broken and drawn once a frame, when all that
    changed has changed.
    """

    text = StringProperty("")
    em = NumericProperty(24)
    bold = BooleanProperty(False)
    color = ColorProperty(DAY.ink)
    halign = OptionProperty("left", options=("left", "center", "right"))
    valign = OptionProperty("middle", options=("top", "middle", "bottom"))
    text_width = NumericProperty(0)
    cut = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        self._draw_soon = Clock.create_trigger(self._draw, -1)
        super().__init__(**kwargs)
        with self.canvas:
            self._color = Color(rgba=self.color)
            self._rectangle = Rectangle(size=(0, 0))
        self._drawn: tuple[Setting, int, bool, str] | None = None
        for name in ("text", "em", "bold"):
            self.fbind(name, self._measure)
        for name in ("pos", "size", "color", "halign", "valign"):
            self.fbind(name, self._draw_soon)
        self._measure()

    def set(self, most_lines: int, measure: Measure) -> Setting:
        """The text in at most `most_lines` lines."""
        return set_lines(self.text, self.width, most_lines, measure)

    def _measure(self, *_: object) -> None:
        measure = font(int(self.em), bold=self.bold).getlength
        self.text_width = math.ceil(max(map(measure, self.text.splitlines()), default=0))
        self._draw_soon()

    def _draw(self, *_: object) -> None:
        letters = font(int(self.em), bold=self.bold)
        most_lines = max(1, int(self.height // (self.em * LINE_HEIGHT)))
        setting = self.set(most_lines, letters.getlength)
        self.cut = setting.cut
        drawing = (setting, int(self.em), self.bold, self.halign)
        if drawing != self._drawn:
            self._drawn = drawing
            self._draw_lines(setting)
        self._color.rgba = self.color
        width, height = self._rectangle.size
        left = {"left": 0, "center": (self.width - width) / 2, "right": self.width - width}[self.halign]
        low = {"top": self.height - height, "middle": (self.height - height) / 2, "bottom": 0}[self.valign]
        # Whole pixels, or the letters blur.
        self._rectangle.pos = (round(self.x + left), round(self.y + low))

    def _draw_lines(self, setting: Setting) -> None:
        letters = font(int(self.em), bold=self.bold)
        widths = [math.ceil(letters.getlength(line)) for line in setting.lines]
        width, line_height = max(widths, default=0), math.ceil(self.em * LINE_HEIGHT)
        if width == 0:
            self._rectangle.texture = None
            self._rectangle.size = (0, 0)
            return
        baseline = round((line_height - self.em) / 2 + ASCENT_EM * self.em)
        mask = Image.new("L", (width, line_height * len(setting.lines)))
        draw = ImageDraw.Draw(mask)
        for n, (line, line_width) in enumerate(zip(setting.lines, widths, strict=True)):
            left = {"left": 0, "center": (width - line_width) // 2, "right": width - line_width}[self.halign]
            draw.text((left, n * line_height + baseline), line, 255, letters, anchor="ls")
        # White letters, of which the colour is made when they are shown.
        white = Image.new("L", mask.size, 255)
        self._rectangle.texture = texture_of(Image.merge("RGBA", (white, white, white, mask)))
        self._rectangle.size = mask.size
