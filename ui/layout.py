"""The sizes and colours of everything on the screen: thought in millimetres on glass, given in pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ui.palette import DAY, Palette

MM_PER_INCH = 25.4
PANEL_DIAGONAL_MM = 7 * MM_PER_INCH
"""0.15 mm a pixel at 1024 x 600, 0.19 at 800 x 480. What the sizes below are thought for."""

PANEL_MM = (154.0, 95.0)
"""The sides of a glass that every one of 7 inches fits on: a larger one is measured by it."""

PANEL_PITCH_MM = 0.191
"""Between the pixels of the coarsest one, 800 x 480: letters never have fewer pixels than there."""

MODERATION = 0.8
"""A glass twice as large makes everything 1.7 times as large, and leaves the rest to the tiles: it is looked
at from a little farther away, and touched by the same hands."""

REACH_MM = 270.0
"""How far up a standing glass is touched, from its lower edge. With that edge 850 mm above the floor it is
the 1120 mm that somebody in a wheelchair reaches over a counter (EN 301 549, 8.3)."""

TILE_LEAST_MM = 20.0
TARGET_LEAST_MM = 12.0
TEXT_LEAST_MM = 3.5


@dataclass(frozen=True, slots=True)
class Layout:
    """The sizes for a screen of `width` x `height` pixels, in pixels, and its colours.

    Every size is one number of millimetres on a glass of 7 inches, lying or standing, with fine or coarse
    pixels. A larger glass makes everything larger, but less than it is larger itself; with `large_type`, as
    much. Room that is left over goes to the tiles and around a message. `enlarged`: a citizen has asked for
    larger letters, and what has none gives them its room.
    """

    width: int
    height: int
    diagonal_mm: float = PANEL_DIAGONAL_MM
    large_type: bool = False
    palette: Palette = DAY
    enlarged: bool = False

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
        return self.diagonal_mm / math.hypot(self.width, self.height)

    @property
    def growth(self) -> float:
        """How many times as large as on 7 inches everything is; never below 1."""
        height_mm = self.height * self.pitch_mm
        if self.portrait:
            height_mm = min(height_mm, REACH_MM)
        sides = sorted((self.width * self.pitch_mm, height_mm), reverse=True)
        larger = min(side / panel for side, panel in zip(sides, PANEL_MM, strict=True))
        if larger <= 1:
            return 1.0
        return max(larger if self.large_type else larger**MODERATION, self.pitch_mm / PANEL_PITCH_MM)

    def px(self, mm: float) -> int:
        """`mm` millimetres, times `growth`, in whole pixels, never less than asked for."""
        return math.ceil(mm * self.growth / self.pitch_mm)

    @property
    def crown(self) -> int:
        """What a standing glass has above everybody's reach: room for a sign, and for nothing to touch."""
        return max(0, self.height - math.floor(REACH_MM / self.pitch_mm)) if self.portrait else 0

    @property
    def margin(self) -> int:
        return self.px(2.4)

    @property
    def gap(self) -> int:
        return self.px(1.6 if self.portrait or self.enlarged else 2.0)

    @property
    def space(self) -> int:
        """Above and below what a screen is about."""
        if self.portrait:
            return self.px(1.1 if self.enlarged else 1.4)
        return self.px(1.4 if self.enlarged else 2.2)

    @property
    def header(self) -> int:
        return self.px(13.6 if self.portrait or self.enlarged else 14.8)

    @property
    def footer(self) -> int:
        return self.px(13.6 if self.portrait else 14.6 if self.enlarged else 15.6)

    @property
    def button(self) -> int:
        """Height of a button."""
        return self.px(12.4)

    @property
    def button_least(self) -> int:
        """Width of a button with the shortest words."""
        return self.px(16.8)

    @property
    def button_side(self) -> int:
        """On both sides of the words of a button."""
        return self.px(2.2 if self.enlarged else 3.6)

    @property
    def clerk(self) -> int:
        """Side of the clerk's picture in a header."""
        return self.px(9.6)

    @property
    def frame(self) -> int:
        """Thickness of the frame of what can be pressed."""
        return self.px(0.9 if self.palette.thick else 0.5)

    @property
    def mark(self) -> int:
        """Thickness of the frame of what is chosen."""
        return self.px(1.5) if self.palette.thick else 2 * self.frame

    @property
    def key_frame(self) -> int:
        """Thickness of the frame of a key of the keyboard: there are many."""
        return self.px(0.6 if self.palette.thick else 0.3)

    @property
    def line(self) -> int:
        """Thickness of a line between two areas."""
        return self.px(0.5 if self.palette.thick else 0.25)

    @property
    def rows(self) -> int:
        """Height of three rows of a form on a standing screen."""
        return math.floor((self.height - self.crown) * 0.47)

    @property
    def radius(self) -> int:
        return self.px(2.4)

    # Sizes of letters: the height of the em square, which a Chinese character fills.
    @property
    def note(self) -> int:
        """What is for staff: it is never larger, for it has the room of what is for citizens."""
        return self.px(3.55 if self.portrait else 3.6)

    @property
    def small(self) -> int:
        return self.px(4.4) if self.enlarged else self.note

    @property
    def text(self) -> int:
        return self.px(4.7 if self.enlarged else 4.0)

    @property
    def large(self) -> int:
        return self.px(5.2 if self.enlarged else 4.5)

    @property
    def title(self) -> int:
        if self.enlarged:
            return self.px(6.2 if self.portrait else 7.0)
        return self.px(5.0 if self.portrait else 5.7)

    @property
    def headline(self) -> int:
        return self.px(9.0 if self.enlarged else 7.0)

    @property
    def sentence(self) -> int:
        """Below a headline, where there is nothing else."""
        return self.px(5.8 if self.enlarged else 4.0)

    @property
    def most(self) -> int:
        """What no enlarged letter is larger than: a line is still taken in at a glance."""
        return self.px(11.0)

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
