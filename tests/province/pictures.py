"""Pictures of clerks, as an operator may have them."""

from __future__ import annotations

import io
import random

from PIL import Image


def picture(
    form: str = "JPEG", size: tuple[int, int] = (300, 400), mode: str = "RGB", **how: object
) -> bytes:
    """A picture of one colour."""
    written = io.BytesIO()
    Image.new(mode, size, 120 if mode == "L" else "steelblue").save(written, form, **how)
    return written.getvalue()


def noisy(bytes_least: int) -> bytes:
    """A sound picture of at least so many bytes: nothing but noise."""
    side = 100
    while True:
        pixels = random.Random(side).randbytes(side * side * 3)
        written = io.BytesIO()
        Image.frombytes("RGB", (side, side), pixels).save(written, "PNG")
        if len(written.getvalue()) >= bytes_least:
            return written.getvalue()
        side += 50
