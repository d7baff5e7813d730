"""A picture of a clerk as devices get it: small, upright, without anything but the picture."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

from device.errors import InvalidField
from device.province_settings import PHOTO_BYTES, PHOTO_PIXELS

_FORMATS = ("JPEG", "PNG")
_PIXELS = 40_000_000  # what a telephone's camera makes; more would only be a burden to decode
_QUALITY = 88


def prepare(content: bytes, *, field: str = "photo") -> bytes:
    """The picture in `content` (JPEG or PNG, at most 256 KiB) as a JPEG of at most 480 pixels a side.

    Made anew from its pixels: no place, no time, no camera goes with it. Raises InvalidField naming `field`.
    """
    if len(content) > PHOTO_BYTES:
        raise InvalidField(field, f"has {len(content)} bytes; allowed: at most {PHOTO_BYTES}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow warns of what it doubts; we do not take it
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                if image.width * image.height > _PIXELS:
                    raise InvalidField(field, f"has {image.width} × {image.height} pixels; too many")
                upright = ImageOps.exif_transpose(image)
                small = _flat(upright)
    except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
        raise InvalidField(field, "is not a JPEG or PNG picture that can be read") from None
    small.thumbnail((PHOTO_PIXELS, PHOTO_PIXELS), Image.Resampling.LANCZOS)
    return _jpeg(small)


def _flat(image: Image.Image) -> Image.Image:
    """In RGB; what can be seen through stands on white."""
    if image.mode == "RGB":
        return image.copy()
    with_alpha = image.convert("RGBA")
    ground = Image.new("RGBA", with_alpha.size, "white")
    return Image.alpha_composite(ground, with_alpha).convert("RGB")


def _jpeg(image: Image.Image) -> bytes:
    bare = Image.new("RGB", image.size)
    bare.paste(image)  # the pixels alone: `info` stays behind
    written = io.BytesIO()
    bare.save(written, "JPEG", quality=_QUALITY, optimize=True)
    return written.getvalue()
