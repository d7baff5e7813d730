"""The five faces as on the device (ui.faces), as paths of an SVG 100 units wide and high."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Face:
    """`strokes`: the data of paths; `eyes`: centres of round ones."""

    level: int
    colour: str
    strokes: tuple[str, ...]
    eyes: tuple[tuple[int, int], ...] = ((35, 39), (65, 39))


FACES = (
    Face(5, "#17578f", ("M27 42Q35 24 43 42", "M57 42Q65 24 73 42", "M24 57Q50 99 76 57"), ()),
    Face(4, "#2f72a6", ("M28 64Q50 88 72 64",)),
    Face(3, "#5c6a75", ("M31 69L69 69",)),
    Face(2, "#9a5c14", ("M29 77Q50 58 71 77",)),
    Face(
        1, "#9c4410", ("M23 27Q34 30 43 37", "M77 27Q66 30 57 37", "M25 80Q50 51 75 80"), ((36, 45), (64, 45))
    ),
)
"""From the best to the worst: the same order everywhere."""
