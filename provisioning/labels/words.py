"""What is written on one label, as given; empty is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The facts of one window, and of the device at it. `url` leads to the province or to the window."""

    device: str = ""
    window: str = ""
    number: str = ""
    name: str = ""
    english: str = ""
    hall: str = ""
    organisation: str = ""
    phone: str = ""
    url: str = ""

    @property
    def shown_number(self) -> str:
        """The number on the sign: as given, or the figures at the end of the window's code, or the code."""
        figures = re.search(r"[0-9]+$", self.window)
        return self.number or (figures[0] if figures else self.window)
