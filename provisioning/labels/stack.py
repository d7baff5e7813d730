"""Texts one below the other in a box, each in its own size: all shrink together when the box is too low."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from provisioning.labels.drawing import INK, SOFT, Colour, Text
from provisioning.labels.letters import ABOVE, BELOW, CAPITALS, check_signs, width
from provisioning.labels.typesetting import fit
from provisioning.refused import Refused

SMALLEST = 2.0
"""The smallest size on paper, in mm: about 5.7 points."""

_LEADING = 1.22  # from baseline to baseline, in sizes
_STEP = 0.94


@dataclass(frozen=True, slots=True)
class Block:
    """A text of up to `lines` lines, `gap` mm below the one before it."""

    text: str
    size: float
    lines: int = 1
    gap: float = 0.0
    bold: bool = False
    colour: Colour = INK


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the size of a headline, and what it counts, small, on the same baseline."""

    text: str
    size: float
    tail: str
    tail_size: float
    gap: float = 0.0


Part = Block | Number


def stacked(parts: Sequence[Part], x: float, top: float, room: float, height: float) -> tuple[Text, ...]:
    """The parts that have a text, from `top` down, left-aligned at `x`, within `room` × `height` mm.

    Raises Refused for the longest text when they do not fit in the smallest size.
    """
    parts = [part for part in parts if part.text.strip()]
    scale = 1.0
    while True:
        texts, bottom = _set(parts, x, top, room, scale)
        if bottom <= top + height:
            return texts
        if scale < 0.35:
            raise Refused("label.too_long", text=max((part.text for part in parts), key=len))
        scale *= _STEP


def _set(
    parts: Sequence[Part], x: float, top: float, room: float, scale: float
) -> tuple[tuple[Text, ...], float]:
    texts: list[Text] = []
    y = top
    for place, part in enumerate(parts):
        y += part.gap * scale if place else 0.0
        if isinstance(part, Number):
            new = _number(part, x, y, room, scale)
            y = new[0].y
        else:
            new = _block(part, x, y, room, scale)
            y = new[-1].y + BELOW * new[-1].size
        texts += new
    return tuple(texts), y


def _block(block: Block, x: float, y: float, room: float, scale: float) -> list[Text]:
    size = max(block.size * scale, SMALLEST)
    found = fit(block.text, room, size=size, smallest=SMALLEST, lines=block.lines, bold=block.bold)
    first = y + ABOVE * found.size
    return [
        Text(x, first + n * _LEADING * found.size, line, found.size, block.bold, block.colour)
        for n, line in enumerate(found.lines)
    ]


def _number(number: Number, x: float, y: float, room: float, scale: float) -> list[Text]:
    size, small = number.size * scale, max(number.tail_size * scale, SMALLEST)
    between = small * 0.45
    beside = room - width(number.tail, small, bold=True) - between
    check_signs(number.text)
    while size > small and width(number.text, size, bold=True) > beside:
        size *= _STEP
    if width(number.text, size, bold=True) > beside:
        raise Refused("label.too_long", text=number.text)
    baseline = y + CAPITALS * size
    tail_x = x + width(number.text, size, bold=True) + between
    return [
        Text(x, baseline, number.text, size, bold=True),
        Text(tail_x, baseline, number.tail, small, bold=True, colour=SOFT),
    ]
