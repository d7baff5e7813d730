"""What an eye makes of pixels: WCAG 2 contrast, and the three ways of seeing fewer colours. Pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from PIL import Image

from ui.layout import Layout

RGB = tuple[float, ...]
"""Red, green and blue from 0 to 1, then what does not matter here."""

Part = dict[str, Any]
"""What a window says of something on its screen: its place, from the lower left, and what it is."""

# Machado, Oliveira and Fernandes, A Physiologically-based Model for Simulation of Color Vision Deficiency
# (2009), severity 1.0, for linear light.
_MACHADO = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
_GREY = ((0.2126, 0.7152, 0.0722),) * 3
EYES = {"all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)), "no colours": _GREY} | _MACHADO


def linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def seen(colour: RGB, eye: str) -> RGB:
    """`colour` as an eye of EYES sees it, in linear light."""
    light = [linear(part) for part in colour[:3]]
    rows = (sum(m * part for m, part in zip(row, light, strict=True)) for row in EYES[eye])
    return tuple(min(1.0, max(0.0, part)) for part in rows)


@cache
def luminance(colour: RGB, eye: str = "all colours") -> float:
    red, green, blue = seen(colour, eye)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@cache
def contrast(one: RGB, other: RGB, eye: str = "all colours") -> float:
    dark, light = sorted((luminance(one, eye), luminance(other, eye)))
    return (light + 0.05) / (dark + 0.05)


def cut_out(picture: Image.Image, part: Part, inset: float = 0) -> Image.Image:
    """The pixels where `part` is, but for a rim."""
    top = picture.height - part["y"] - part["height"]
    right, bottom = part["x"] + part["width"], top + part["height"]
    return picture.crop(
        (round(part["x"] + inset), round(top + inset), round(right - inset), round(bottom - inset))
    )


def pixel(picture: Image.Image, x: float, y: float) -> RGB:
    """The colour at a place from the lower left."""
    at = (min(picture.width - 1, int(x)), min(picture.height - 1, int(picture.height - 1 - y)))
    red, green, blue = picture.getpixel(at)  # type: ignore[misc]
    return red / 255, green / 255, blue / 255


def shades(picture: Image.Image) -> list[tuple[int, RGB]]:
    """Every colour with how many pixels it has, the commonest first."""
    colours = picture.convert("RGB").getcolors(picture.width * picture.height)
    assert colours
    counted = [(count, tuple(part / 255 for part in colour)) for count, colour in colours]  # type: ignore[union-attr]
    return sorted(counted, reverse=True)


def ink_and_ground(picture: Image.Image, measure: Callable[[RGB, RGB], float] = contrast) -> float:
    """The contrast of what is drawn in `picture` to the commonest colour: a fifth of it has that or more.

    Four fifths may be the soft edges of thin strokes.
    """
    (_, ground), *others = shades(picture)
    against = sorted(((measure(colour, ground), count) for count, colour in others), reverse=True)
    fifth = sum(count for _, count in against) / 5
    for reached, count in against:
        fifth -= count
        if fifth <= 0:
            return reached
    return 1.0


def look_at(picture: Image.Image, part: Part, layout: Layout) -> Part:
    """`part` with what an eye makes of it: contrasts, of signs and faces the least of all EYES."""
    seen = dict(part)
    middle = part["y"] + part["height"] / 2
    if "text" in part:
        (_, ground), *_ = shades(cut_out(picture, part))
        rim = min(2 * layout.px(0.9) + 1, part["height"] // 8, part["width"] // 8)  # of a box around letters
        seen["to_ground"] = contrast(tuple(part["colour"][:3]), ground)
        seen["drawn_to_ground"] = ink_and_ground(cut_out(picture, part, rim))
    if "frame" in part:
        frame = pixel(picture, part["x"] + part["frame"] / 2, middle)
        seen["to_outside"] = contrast(frame, pixel(picture, part["x"] - 3, middle))
    if "bar" in part:
        left = pixel(picture, part["x"] + part["width"] * part["bar"] / 2, middle)
        seen["to_gone"] = contrast(
            left, pixel(picture, part["x"] + part["width"] * (1 + part["bar"]) / 2, middle)
        )
    if "sign" in part:
        ink = cut_out(picture, part)
        seen["to_ground"] = min(
            ink_and_ground(ink, lambda one, other, eye=eye: contrast(one, other, eye)) for eye in EYES
        )
    if "face" in part:
        # The square around a disc: its corners are the tile, and the disc is the most of it.
        (_, disc), (_, lines), *_ = shades(cut_out(picture, part, part["width"] * 0.16))
        corner = pixel(picture, part["x"] + 1, part["y"] + 1)
        seen["to_tile"] = min(contrast(disc, corner, eye) for eye in EYES)
        seen["lines_to_disc"] = min(contrast(lines, disc, eye) for eye in EYES)
    return seen
