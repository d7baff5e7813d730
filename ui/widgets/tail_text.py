"""Words being typed: when they do not fit, their end is what is seen."""

from __future__ import annotations

from ui.typesetting import Measure, Setting, fill_lines
from ui.widgets.text import Text


class TailText(Text):
    """A Text that leaves out its first lines."""

    def set(self, most_lines: int, measure: Measure) -> Setting:
        lines = fill_lines(self.text, self.width, measure)
        return Setting(lines[-most_lines:], cut=False)
