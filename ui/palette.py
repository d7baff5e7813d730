"""The colours of the screens: one dark ink, quiet greys, one colour for each face."""

from __future__ import annotations

from device.level import Level

Colour = tuple[float, float, float, float]
"""Red, green, blue and opacity from 0 to 1, as Kivy takes them."""


def colour(hexadecimal: str) -> Colour:
    """The opaque colour written `#rrggbb`."""
    red, green, blue = bytes.fromhex(hexadecimal.removeprefix("#"))
    return red / 255, green / 255, blue / 255, 1.0


INK = colour("#16222c")  # words, signs, frames of what can be pressed
SOFT = colour("#3c4a55")  # words that matter less
LINE = colour("#6f7d88")  # frames of tiles, lines between areas
TRACK = colour("#c9d2d9")  # what the time bar has left behind; the figures say the same
AVATAR = colour("#aeb9c2")  # an ornament
GROUND = colour("#f4f6f8")
PAPER = colour("#ffffff")
PRESSED = colour("#d7dfe6")  # a tile or button under a finger, whichever it is

FACES: dict[Level, Colour] = {
    Level.VERY_SATISFIED: colour("#17578f"),
    Level.SATISFIED: colour("#2f72a6"),
    Level.BASICALLY_SATISFIED: colour("#5c6a75"),
    Level.DISSATISFIED: colour("#9a5c14"),
    Level.VERY_DISSATISFIED: colour("#9c4410"),
}
