"""The picture of a QR code: whole pixels, its quiet zone around it."""

from __future__ import annotations

from PIL import Image
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4
"""Modules kept free on each side (ISO/IEC 18004)."""

_MASK = 3  # any can be read; to choose the best of eight takes five times as long as a frame may


def draw_code(text: str, side: int) -> Image.Image:
    """The code that says `text` in a white square of `side` pixels, RGBA; nothing but white for no text."""
    picture = Image.new("RGBA", (side, side), "white")
    if not text:
        return picture
    made = QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=_MASK)
    made.add_data(text, optimize=0)
    made.make(fit=True)
    across = len(made.modules)
    module = side // (across + 2 * QUIET)
    shades = bytes(0 if dark else 255 for row in made.modules for dark in row)
    drawn = Image.frombytes("L", (across, across), shades)
    drawn = drawn.resize((across * module, across * module), Image.Resampling.NEAREST)
    corner = (side - across * module) // 2
    picture.paste(drawn.convert("RGBA"), (corner, corner))
    return picture
