"""The letters: one Noto face for each script, in two weights, opened through Pillow.

Kivy's own text providers open face 0 of a font collection, which holds the Japanese forms (of 骨, 直, 门 …),
and cannot be asked for another. Pillow can, measures exactly, and shapes Tibetan and Uyghur by Raqm.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont, features

from device.errors import HardwareError

FOLDER = Path("/usr/share/fonts/opentype/noto")
_CORE = Path("/usr/share/fonts/truetype/noto")


@dataclass(frozen=True, slots=True)
class Face:
    """One font family for one script.

    `scale`: how large its em is beside the em asked for, so that its letters are as tall as Chinese ones.
    `below`: how far its letters reach under the baseline, in the em asked for; what is above it fits the rest
    of a line then, as tests prove with every text of every pack. `shaped`: Raqm is needed. `thickened`: it
    has no bold file, its strokes are widened by this much of the em.
    """

    family: str
    regular: Path
    bold: Path
    package: str
    scale: float = 1.0
    below: float = 0.27
    shaped: bool = False
    thickened: float = 0.0


def _cjk(family: str) -> Face:
    return Face(family, FOLDER / "NotoSansCJK-Regular.ttc", FOLDER / "NotoSansCJK-Bold.ttc", "fonts-noto-cjk")


HANS = _cjk("Noto Sans CJK SC")
"""Chinese as written in mainland China, and Latin letters, digits and signs beside every script."""

HANT = _cjk("Noto Sans CJK TC")

# In its own em a Tibetan letter is 1.16 tall where a Chinese one is 0.88, and stacks reach from 1.08 above
# the line to 0.70 below it.
TIBETAN = Face(
    "Noto Serif Tibetan",
    _CORE / "NotoSerifTibetan-Regular.ttf",
    _CORE / "NotoSerifTibetan-Bold.ttf",
    "fonts-noto-core",
    scale=0.71,
    below=0.5,
    shaped=True,
)
YI = Face(
    "Noto Sans Yi",
    _CORE / "NotoSansYi-Regular.ttf",
    _CORE / "NotoSansYi-Regular.ttf",
    "fonts-noto-core",
    scale=1.15,
    thickened=0.012,
)
ARABIC = Face(
    "Noto Naskh Arabic",
    _CORE / "NotoNaskhArabic-Regular.ttf",
    _CORE / "NotoNaskhArabic-Bold.ttf",
    "fonts-noto-core",
    below=0.52,
    shaped=True,
)

FACES = (HANS, HANT, TIBETAN, YI, ARABIC)


@lru_cache(maxsize=128)
def font(px: int, *, bold: bool, face: Face = HANS) -> ImageFont.FreeTypeFont:
    """The font of `face` for an em of `px` pixels.

    Raises HardwareError naming the Debian package when it, or what shapes it, is not installed.
    """
    size = px if face.scale == 1.0 else max(1, round(px * face.scale))
    return open_font(face.bold if bold else face.regular, size, face)


def open_font(path: Path, px: int, face: Face = HANS) -> ImageFont.FreeTypeFont:
    """The family of `face` in the file or collection at `path`. Raises HardwareError."""
    if face.shaped and not features.check("raqm"):
        # Pillow would set the letters one by one without a word, which no reader of Tibetan or Uyghur reads.
        raise HardwareError(
            f"{face.family} cannot be shaped: install the Debian package libfribidi0,"
            " which Pillow's Raqm needs"
        )
    # Chinese and English need no shaping, and the basic engine is fast and the same on every machine.
    engine = ImageFont.Layout.RAQM if face.shaped else ImageFont.Layout.BASIC
    try:
        return ImageFont.truetype(path, px, index=_place(path, face.family), layout_engine=engine)
    except OSError as error:
        raise HardwareError(
            f"the font {face.family} is not in {path} ({error}): install the Debian package {face.package}"
        ) from None


@lru_cache(maxsize=16)
def _place(path: Path, family: str) -> int:
    """The place of `family` in the file or collection. Raises OSError when it is not there."""
    places = itertools.count()
    return next(n for n in places if ImageFont.truetype(path, 10, index=n).getname()[0] == family)
