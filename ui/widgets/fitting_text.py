"""Words as large as their box has room for."""

from __future__ import annotations

from typing import Any

from kivy.properties import ListProperty, NumericProperty

from ui.fitting import largest_em
from ui.typesetting import Measure, Setting, set_parts
from ui.widgets.text import Text


class FittingText(Text):
    """A Text that finds its `em` itself, from `most` down to `least`; below that it is cut. It is broken
    at its line breaks only where one line is not enough.

    `alike`: texts that stand in boxes as large as this one, in letters of the same size.
    """

    most = NumericProperty(24)
    least = NumericProperty(24)
    alike = ListProperty(())

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("most", "least", "alike"):
            self.fbind(name, self.draw_soon)

    def set(self, most_lines: int, measure: Measure) -> Setting:
        return set_parts(self.text, self.width, most_lines, measure)

    def draw(self) -> None:
        texts = (self.text, *self.alike) if self.text else ()
        box = (int(self.width), int(self.height))
        self.em = largest_em(texts, box, int(self.most), int(self.least), bold=self.bold)
        self.draw_soon.cancel()  # which another size asks for: it is drawn now
        super().draw()
