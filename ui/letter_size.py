"""What a citizen asks about the size of letters."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChangeSize:
    """The target of the button that makes the letters of this visit larger, or as they were."""
