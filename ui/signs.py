"""The signs: round ones for a message, a tick for a box, a disc in place of a portrait."""

from __future__ import annotations

from enum import StrEnum

from PIL import Image

from ui.drawing import CLEAR, Drawing
from ui.palette import Palette


class Sign(StrEnum):
    """Which sign."""

    DONE = "done"
    ATTENTION = "attention"
    PAUSE = "pause"
    TICK = "tick"
    PERSON = "person"


def draw_sign(sign: Sign, side: int, palette: Palette) -> Image.Image:
    """The sign, `side` pixels wide and high, RGBA."""
    drawing = Drawing(side)
    match sign:
        case Sign.DONE:
            drawing.disc((0, 0), 1, palette.ink)
            drawing.stroke(((-0.45, -0.02), (-0.14, -0.34), (0.45, 0.30)), 0.16, palette.paper)
        case Sign.ATTENTION:
            _ring(drawing, palette)
            drawing.stroke(((0, 0.48), (0, -0.14)), 0.2, palette.ink)
            drawing.disc((0, -0.47), 0.125, palette.ink)
        case Sign.PAUSE:
            _ring(drawing, palette)
            drawing.stroke(((-0.24, 0.34), (-0.24, -0.34)), 0.2, palette.ink)
            drawing.stroke(((0.24, 0.34), (0.24, -0.34)), 0.2, palette.ink)
        case Sign.TICK:
            drawing.stroke(((-0.52, 0.02), (-0.16, -0.36), (0.52, 0.40)), 0.22, palette.paper)
        case Sign.PERSON:
            drawing.disc((0, 0), 1, palette.avatar)
    return drawing.finished()


def _ring(drawing: Drawing, palette: Palette) -> None:
    drawing.disc((0, 0), 1, palette.ink)
    drawing.disc((0, 0), 0.85, CLEAR)
