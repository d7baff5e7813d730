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
    thick: bool

    def face(self, level: Level) -> Colour:
        """The disc of the face of `level`; its eyes and mouth are `paper`."""
        return self.faces[level - 1]


_PARTS = {  # by day, by day with high contrast, at night, at night with high contrast
    "ink": ("#16222c", "#000000", "#cfd8de", "#ffffff"),
    "soft": ("#3c4a55", "#1c1c1c", "#a3b0ba", "#e2e2e2"),
    "line": ("#6f7d88", "#2e2e2e", "#748390", "#d0d0d0"),
    "track": ("#c9d2d9", "#c4c4c4", "#33404a", "#4d4d4d"),
    "avatar": ("#aeb9c2", "#8c8c8c", "#4c5a65", "#777777"),
    "ground": ("#f4f6f8", "#ffffff", "#0f151a", "#000000"),
    "paper": ("#ffffff", "#ffffff", "#161e25", "#000000"),
    "pressed": ("#d7dfe6", "#d2d2d2", "#2a3640", "#3a3a3a"),
}

_FACES = (  # of levels 1 to 5, in the same four columns
    ("#9c4410", "#6e2b05", "#d98a5c", "#f0a87c"),
    ("#9a5c14", "#633a06", "#cf9a52", "#e8b86e"),
    ("#5c6a75", "#3a444c", "#98a5b0", "#bcc8d1"),
    ("#2f72a6", "#14486f", "#6ba0cb", "#93c2e8"),
    ("#17578f", "#0b3861", "#7fb3dd", "#a8d2f5"),
)


def _palette(column: int, *, thick: bool) -> Palette:
    one, two, three, four, five = (colour(face[column]) for face in _FACES)
    parts = {part: colour(colours[column]) for part, colours in _PARTS.items()}
    return Palette(**parts, faces=(one, two, three, four, five), thick=thick)


DAY = _palette(0, thick=False)
STRONG = _palette(1, thick=True)
NIGHT = _palette(2, thick=False)
STRONG_NIGHT = _palette(3, thick=True)


def palette_of(*, strong: bool, night: bool) -> Palette:
    """The palette for the contrast that is wanted and the light there is."""
    if night:
        return STRONG_NIGHT if strong else NIGHT
    return STRONG if strong else DAY
