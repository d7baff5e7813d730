"""The colours of the screens: four palettes, each with a colour for each face. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from device.level import Level

Colour = tuple[float, float, float, float]
"""Red, green, blue and opacity from 0 to 1, as Kivy takes them."""


def colour(hexadecimal: str) -> Colour:
    """The opaque colour written `#rrggbb`."""
    red, green, blue = bytes.fromhex(hexadecimal.removeprefix("#"))
    return red / 255, green / 255, blue / 255, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """What each part of a screen is coloured with. `thick`: frames and lines are thicker too."""

    ink: Colour  # words, signs, frames of what can be pressed
    soft: Colour  # words that matter less
    line: Colour  # frames of tiles, lines between areas
    track: Colour  # what the time bar has left behind; the figures say the same
    avatar: Colour  # an ornament
    ground: Colour
    paper: Colour
    pressed: Colour  # a tile or button under a finger, whichever it is
    faces: tuple[Colour, Colour, Colour, Colour, Colour]  # of levels 1 to 5
    thick: bool = False

    def face(self, level: Level) -> Colour:
        """The disc of the face of `level`; its eyes and mouth are `paper`."""
        return self.faces[level - 1]


DAY = Palette(
    ink=colour("#16222c"),
    soft=colour("#3c4a55"),
    line=colour("#6f7d88"),
    track=colour("#c9d2d9"),
    avatar=colour("#aeb9c2"),
    ground=colour("#f4f6f8"),
    paper=colour("#ffffff"),
    pressed=colour("#d7dfe6"),
    faces=(
        colour("#9c4410"),
        colour("#9a5c14"),
        colour("#5c6a75"),
        colour("#2f72a6"),
        colour("#17578f"),
    ),
)

STRONG = Palette(
    ink=colour("#000000"),
    soft=colour("#1c1c1c"),
    line=colour("#2e2e2e"),
    track=colour("#c4c4c4"),
    avatar=colour("#8c8c8c"),
    ground=colour("#ffffff"),
    paper=colour("#ffffff"),
    pressed=colour("#d2d2d2"),
    faces=(
        colour("#6e2b05"),
        colour("#633a06"),
        colour("#3a444c"),
        colour("#14486f"),
        colour("#0b3861"),
    ),
    thick=True,
)

NIGHT = Palette(
    ink=colour("#cfd8de"),
    soft=colour("#a3b0ba"),
    line=colour("#748390"),
    track=colour("#33404a"),
    avatar=colour("#4c5a65"),
    ground=colour("#0f151a"),
    paper=colour("#161e25"),
    pressed=colour("#2a3640"),
    faces=(
        colour("#d98a5c"),
        colour("#cf9a52"),
        colour("#98a5b0"),
        colour("#6ba0cb"),
        colour("#7fb3dd"),
    ),
)

STRONG_NIGHT = Palette(
    ink=colour("#ffffff"),
    soft=colour("#e2e2e2"),
    line=colour("#d0d0d0"),
    track=colour("#4d4d4d"),
    avatar=colour("#777777"),
    ground=colour("#000000"),
    paper=colour("#000000"),
    pressed=colour("#3a3a3a"),
    faces=(
        colour("#f0a87c"),
        colour("#e8b86e"),
        colour("#bcc8d1"),
        colour("#93c2e8"),
        colour("#a8d2f5"),
    ),
    thick=True,
)


def palette_of(*, strong: bool, night: bool) -> Palette:
    """The palette for the contrast that is wanted and the light there is."""
    if night:
        return STRONG_NIGHT if strong else NIGHT
    return STRONG if strong else DAY
