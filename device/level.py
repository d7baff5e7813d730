"""The five levels of satisfaction. In the product 5 is always the best; GB/T 39046 counts the other way."""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """满意度, coded as in the operational national interface (data/codes.csv, table `level`)."""

    VERY_SATISFIED = 5
    SATISFIED = 4
    BASICALLY_SATISFIED = 3
    DISSATISFIED = 2
    VERY_DISSATISFIED = 1

    @property
    def is_bad(self) -> bool:
        """差评: the last two levels."""
        return self <= 2


KEY_LEVELS = tuple(sorted(Level))
"""The levels of the keys printed 1, 2, … 5: number n is level n, unless configured otherwise."""
