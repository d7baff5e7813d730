"""The portrait of a clerk: a picture cut to a disc. Pure."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from device.province_settings import PHOTO_PIXELS
from ui.drawing import Drawing
from ui.palette import DAY

_FACE = (0.5, 0.3)  # a standing portrait has the face above its middle


def draw_portrait(content: bytes, side: int) -> Image.Image | None:
    """The face in the JPEG or PNG, `side` pixels wide and high, RGBA; None when it is no such picture.

    Larger ones than the province makes are not decoded.
    """
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as image:
            if max(image.size) > PHOTO_PIXELS:
                return None
            upright = image.convert("RGB")
            picture = ImageOps.fit(upright, (side, side), Image.Resampling.LANCZOS, centering=_FACE)
    except (OSError, ValueError, SyntaxError):
        return None
    disc = Drawing(side)
    disc.disc((0, 0), 1, DAY.ink)
    picture.putalpha(disc.finished().getchannel("A"))
    return picture
