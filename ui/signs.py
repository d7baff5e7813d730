"""The signs: round ones for a message, a tick for a box, a disc in place of a portrait."""

from __future__ import annotations

from enum import StrEnum

from PIL import Image

from ui import palette
from ui.drawing import CLEAR, Drawing


class Sign(StrEnum):
    """Which sign."""

    DONE = "done"
    ATTENTION = "attention"
    PAUSE = "pause"
    TICK = "tick"
    PERSON = "person"


def draw_sign(sign: Sign, side: int) -> Image.Image:
    """The sign, `side` pixels wide and high, RGBA."""
    drawing = Drawing(side)
    match sign:
        case Sign.DONE:
            drawing.disc((0, 0), 1, palette.INK)
            drawing.stroke(((-0.45, -0.02), (-0.14, -0.34), (0.45, 0.30)), 0.16, palette.PAPER)
        case Sign.ATTENTION:
            _ring(drawing)
            drawing.stroke(((0, 0.48), (0, -0.14)), 0.2, palette.INK)
            drawing.disc((0, -0.47), 0.125, palette.INK)
        case Sign.PAUSE:
            _ring(drawing)
            drawing.stroke(((-0.24, 0.34), (-0.24, -0.34)), 0.2, palette.INK)
            drawing.stroke(((0.24, 0.34), (0.24, -0.34)), 0.2, palette.INK)
        case Sign.TICK:
            drawing.stroke(((-0.52, 0.02), (-0.16, -0.36), (0.52, 0.40)), 0.22, palette.PAPER)
        case Sign.PERSON:
            drawing.disc((0, 0), 1, palette.AVATAR)
    return drawing.finished()


def _ring(drawing: Drawing) -> None:
    drawing.disc((0, 0), 1, palette.INK)
    drawing.disc((0, 0), 0.85, CLEAR)
