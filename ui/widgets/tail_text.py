"""Words being typed: when they do not fit, their end is what is seen."""

from __future__ import annotations

from ui.typesetting import Measure, Setting, set_lines
from ui.widgets.text import Text

_ALL = 10_000


class TailText(Text):
    """A Text that leaves out its first lines."""

    def set(self, most_lines: int, measure: Measure) -> Setting:
        lines = set_lines(self.text, self.width, _ALL, measure).lines
        return Setting(lines[-most_lines:], cut=False)
