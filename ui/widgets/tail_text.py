"""Words being typed: when they do not fit, their end is what is seen."""

from __future__ import annotations

from typing import Any

from ui.typesetting import Measure, Setting, fill_lines
from ui.widgets.text import Text


class TailText(Text):
    """A Text that leaves out its first lines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(passing=True, **kwargs)

    def set(self, most_lines: int, measure: Measure) -> Setting:
        lines = fill_lines(self.text, self.width, measure)
        return Setting(lines[-most_lines:], cut=False)
