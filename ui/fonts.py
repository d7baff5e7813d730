"""The letters: Noto Sans CJK SC in two weights, opened through Pillow.

Kivy's own text providers open face 0 of a font collection, which holds the Japanese forms (of 骨, 直, 门 …),
and cannot be asked for another. Pillow can, measures exactly, and will shape Tibetan and Uyghur.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from device.errors import HardwareError

FOLDER = Path("/usr/share/fonts/opentype/noto")
FAMILY = "Noto Sans CJK SC"
PACKAGE = "fonts-noto-cjk"


@lru_cache(maxsize=64)
def font(px: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    """The font `px` pixels high. Raises HardwareError naming the Debian package when it is not installed."""
    return open_font(FOLDER / f"NotoSansCJK-{'Bold' if bold else 'Regular'}.ttc", px)


def open_font(path: Path, px: int) -> ImageFont.FreeTypeFont:
    """The face with the forms of mainland China in the collection at `path`. Raises HardwareError."""
    face = 0
    while True:
        try:
            # Chinese and English need no shaping, and the basic engine is the same on every machine.
            found = ImageFont.truetype(path, px, index=face, layout_engine=ImageFont.Layout.BASIC)
        except OSError as error:
            raise HardwareError(
                f"the font {FAMILY} is not in {path} ({error}): install the Debian package {PACKAGE}"
            ) from None
        if found.getname()[0] == FAMILY:
            return found
        face += 1
