"""The letters on paper: Noto Sans CJK SC in two weights, measured without a printer."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from provisioning.refused import Refused

# As on the screens (ui.fonts): the collection's first face has the Japanese forms of many characters.
FOLDER = Path("/usr/share/fonts/opentype/noto")
FAMILY = "Noto Sans CJK SC"
PACKAGE = "fonts-noto-cjk"

ABOVE, BELOW = 0.88, 0.12
"""How far a character reaches above and below its baseline, in sizes."""

CAPITALS = 0.733
"""The height of capital letters and figures, in sizes."""

_MEASURED_PX = 1000  # large enough that rounding to pixels does not matter
_NO_SUCH = "\U0010ffff"


def font_file(*, bold: bool, folder: Path = FOLDER) -> Path:
    """The collection with the letters of that weight."""
    return folder / f"NotoSansCJK-{'Bold' if bold else 'Regular'}.ttc"


@lru_cache(maxsize=4)
def face_number(path: Path) -> int:
    """Which face of the collection at `path` has the forms of mainland China. Raises Refused if none has."""
    face = 0
    while True:
        try:
            found = ImageFont.truetype(path, 10, index=face, layout_engine=ImageFont.Layout.BASIC)
        except OSError:
            raise Refused("label.no_font", family=FAMILY, path=path, package=PACKAGE) from None
        if found.getname()[0] == FAMILY:
            return face
        face += 1


@lru_cache(maxsize=32)
def font(px: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    """The font `px` pixels high. Raises Refused naming the Debian package when it is not installed."""
    path = font_file(bold=bold)
    return ImageFont.truetype(path, px, index=face_number(path), layout_engine=ImageFont.Layout.BASIC)


def width(text: str, size: float, *, bold: bool) -> float:
    """How wide `text` is at `size`, in the unit of `size`. Nothing here is kerned: characters add up."""
    return sum(_advance(sign, bold=bold) for sign in text) * size


def check_signs(text: str) -> None:
    """Raises Refused when the font has no picture for one of the characters."""
    for sign in sorted(set(text)):
        if not sign.isprintable() or (not sign.isspace() and _picture(sign) == _picture(_NO_SUCH)):
            shown = sign if sign.isprintable() else f"U+{ord(sign):04X}"
            raise Refused("label.no_sign", text=text, sign=shown)


@lru_cache(maxsize=4096)
def _advance(sign: str, *, bold: bool) -> float:
    return font(_MEASURED_PX, bold=bold).getlength(sign) / _MEASURED_PX


@lru_cache(maxsize=4096)
def _picture(sign: str) -> bytes:
    return bytes(font(40, bold=False).getmask(sign))
