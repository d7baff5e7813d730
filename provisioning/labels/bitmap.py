"""A label as a picture: PNG with 300 dots an inch, its size in mm written in it."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from provisioning.labels.drawing import Drawing, Item, Line, Qr, Side, Text
from provisioning.labels.letters import font
from provisioning.labels.qr import DOT_MM, QUIET

DPI = 300

_FINER = 2  # text and lines are drawn that much larger, then reduced: smoother edges, truer widths
_ANCHORS = {Side.LEFT: "ls", Side.CENTRE: "ms", Side.RIGHT: "rs"}


def png(page: Drawing) -> bytes:
    """The page as a PNG file."""
    size = _dots(page.width), _dots(page.height)
    picture = Image.new("RGB", (size[0] * _FINER, size[1] * _FINER), "white")
    pen = ImageDraw.Draw(picture)
    for item in page.items:
        if not isinstance(item, Qr):
            _draw(pen, item)
    picture = picture.reduce(_FINER)
    pen = ImageDraw.Draw(picture)
    for item in page.items:
        if isinstance(item, Qr):
            _qr(pen, item)
    file = io.BytesIO()
    picture.save(file, "PNG", dpi=(DPI, DPI), optimize=True)
    return file.getvalue()


def _dots(mm: float) -> int:
    return round(mm / DOT_MM)


def _draw(pen: ImageDraw.ImageDraw, item: Item) -> None:
    scale = _FINER / DOT_MM
    match item:
        case Text(x, y, text, size, bold, colour, side):
            letters = font(round(size * scale), bold=bold)
            pen.text((x * scale, y * scale), text, font=letters, fill=colour, anchor=_ANCHORS[side])
        case Line(colour=colour):
            left, top, right, bottom = (round(edge * scale) for edge in item.box)
            # Never thinner than a dot; the edges are inside.
            pen.rectangle(
                (left, top, max(right, left + _FINER) - 1, max(bottom, top + _FINER) - 1), fill=colour
            )


def _qr(pen: ImageDraw.ImageDraw, item: Qr) -> None:
    module = round(item.code.module / DOT_MM)
    x, y = _dots(item.x) + QUIET * module, _dots(item.y) + QUIET * module
    for row, column, length in item.code.runs():
        left, top = x + column * module, y + row * module
        pen.rectangle((left, top, left + length * module - 1, top + module - 1), fill="black")
