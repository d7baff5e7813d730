"""A QR code as a picture: dark on light, whole pixels to a module, its quiet zone around it."""

from __future__ import annotations

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M

from ui import palette

QUIET = 4
"""Modules kept free on each side (ISO/IEC 18004)."""


def draw_receipt_qr(content: str, side: int) -> Image.Image:
    """The code that says `content`, `side` pixels wide and high, RGBA."""
    made = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    made.add_data(content)
    made.make(fit=True)
    modules = made.get_matrix()
    light, dark = (tuple(round(255 * part) for part in colour) for colour in (palette.PAPER, palette.INK))
    small = Image.new("RGBA", (len(modules), len(modules)), light)
    for y, row in enumerate(modules):
        for x, is_dark in enumerate(row):
            if is_dark:
                small.putpixel((x, y), dark)
    whole = max(1, side // len(modules)) * len(modules)
    image = Image.new("RGBA", (side, side), light)
    image.paste(small.resize((whole, whole), Image.Resampling.NEAREST), ((side - whole) // 2,) * 2)
    return image
