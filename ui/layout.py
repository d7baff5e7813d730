"""The sizes of everything on the screen: thought in millimetres on glass, given in pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

PANEL_DIAGONAL_MM = 177.8
"""7 inches: 0.15 mm a pixel at 1024 x 600, 0.19 at 800 x 480. A larger panel makes everything larger."""

TILE_LEAST_MM = 20.0
TARGET_LEAST_MM = 12.0
TEXT_LEAST_MM = 3.5


@dataclass(frozen=True, slots=True)
class Layout:
    """The sizes for a screen of `width` x `height` pixels, in pixels.

    The supported screens are the same glass with finer or coarser pixels, lying or standing, so that every
    size is one number of millimetres. Room that is left over goes to the tiles and around a message.
    """

    width: int
    height: int

    @property
    def portrait(self) -> bool:
        """Whether the glass stands: everything is stacked, and the height is what is short."""
        return self.height > self.width

    @property
    def id(self) -> str:
        """How the levels are arranged, as rows of the ledger name it: the order of choices sways people."""
        return "column5-desc-1" if self.portrait else "row5-desc-1"

    @property
    def pitch_mm(self) -> float:
        """Millimetres from one pixel to the next."""
        return PANEL_DIAGONAL_MM / math.hypot(self.width, self.height)

    def px(self, mm: float) -> int:
        """`mm` millimetres in whole pixels, never less than asked for."""
        return math.ceil(mm / self.pitch_mm)

    @property
    def margin(self) -> int:
        return self.px(2.4)

    @property
    def gap(self) -> int:
        return self.px(1.6 if self.portrait else 2.0)

    @property
    def space(self) -> int:
        """Above and below what a screen is about."""
        return self.px(1.4 if self.portrait else 2.2)

    @property
    def header(self) -> int:
        return self.px(13.6 if self.portrait else 14.8)

    @property
    def footer(self) -> int:
        return self.px(13.6 if self.portrait else 15.6)

    @property
    def button(self) -> int:
        """Height of a button."""
        return self.px(12.4)

    @property
    def button_least(self) -> int:
        """Width of a button with the shortest words."""
        return self.px(16.8)

    @property
    def frame(self) -> int:
        """Thickness of the frame of what can be pressed."""
        return self.px(0.5)

    @property
    def line(self) -> int:
        """Thickness of a line between two areas."""
        return self.px(0.25)

    @property
    def radius(self) -> int:
        return self.px(2.4)

    # Sizes of letters: the height of the em square, which a Chinese character fills.
    @property
    def small(self) -> int:
        return self.px(3.55 if self.portrait else 3.6)

    @property
    def text(self) -> int:
        return self.px(4.0)

    @property
    def large(self) -> int:
        return self.px(4.5)

    @property
    def title(self) -> int:
        return self.px(5.0 if self.portrait else 5.7)

    @property
    def headline(self) -> int:
        return self.px(7.0)

    @property
    def sign_number(self) -> int:
        """The window's number on the idle screen."""
        return self.px(15.0 if self.portrait else 17.0)

    @staticmethod
    def lines(count: int, em: int) -> int:
        """Height of `count` lines of letters `em` pixels high."""
        return math.ceil(count * em * LINE_HEIGHT)


LINE_HEIGHT = 1.3
"""From one line to the next, in em: as close as a Chinese and a Latin line may come without touching."""
