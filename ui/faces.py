"""The five faces, drawn by us: eyes, mouth and brows differ, so that they are told apart without colour."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from device.level import Level
from ui.drawing import Drawing, Point
from ui.palette import Palette

Curve = tuple[Point, Point, Point]
"""A stroke from the first point to the last, drawn towards the one between (a quadratic Bézier curve)."""

STROKE = 0.13
EYE = 0.125
_STEPS = 24


@dataclass(frozen=True, slots=True)
class Face:
    """Strokes and round eyes on a disc of radius 1, its centre at (0, 0), up being positive."""

    strokes: tuple[Curve, ...]
    eyes: tuple[Point, ...] = ((-0.3, 0.22), (0.3, 0.22))


FACES: dict[Level, Face] = {
    Level.VERY_SATISFIED: Face(
        strokes=(
            ((-0.46, 0.16), (-0.30, 0.52), (-0.14, 0.16)),
            ((0.14, 0.16), (0.30, 0.52), (0.46, 0.16)),
            ((-0.52, -0.14), (0.0, -0.98), (0.52, -0.14)),
        ),
        eyes=(),
    ),
    Level.SATISFIED: Face(strokes=(((-0.44, -0.28), (0.0, -0.76), (0.44, -0.28)),)),
    Level.BASICALLY_SATISFIED: Face(strokes=(((-0.38, -0.38), (0.0, -0.38), (0.38, -0.38)),)),
    Level.DISSATISFIED: Face(strokes=(((-0.42, -0.54), (0.0, -0.16), (0.42, -0.54)),)),
    Level.VERY_DISSATISFIED: Face(
        strokes=(
            ((-0.54, 0.46), (-0.33, 0.40), (-0.14, 0.27)),
            ((0.54, 0.46), (0.33, 0.40), (0.14, 0.27)),
            ((-0.50, -0.60), (0.0, -0.02), (0.50, -0.60)),
        ),
        eyes=((-0.29, 0.10), (0.29, 0.10)),
    ),
}


def draw_face(level: Level, side: int, palette: Palette) -> Image.Image:
    """The face of `level`, `side` pixels wide and high, RGBA."""
    drawing = Drawing(side)
    drawing.disc((0, 0), 1, palette.face(level))
    for eye in FACES[level].eyes:
        drawing.disc(eye, EYE, palette.paper)
    for curve in FACES[level].strokes:
        drawing.stroke(points(curve), STROKE, palette.paper)
    return drawing.finished()


def points(curve: Curve) -> list[Point]:
    """The curve as points close enough together to look round."""
    (x0, y0), (x1, y1), (x2, y2) = curve
    along = [n / _STEPS for n in range(_STEPS + 1)]
    return [
        (
            (1 - t) ** 2 * x0 + 2 * t * (1 - t) * x1 + t**2 * x2,
            (1 - t) ** 2 * y0 + 2 * t * (1 - t) * y1 + t**2 * y2,
        )
        for t in along
    ]
