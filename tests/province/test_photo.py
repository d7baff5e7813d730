"""Pictures of clerks: what is taken, and what is left of it."""

from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image

from device.errors import InvalidField
from device.province_settings import PHOTO_BYTES
from province.photo import prepare
from tests.province.pictures import noisy, picture


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(
    ("form", "mode"), [("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P")]
)
def test_a_picture_becomes_a_small_jpeg(form: str, mode: str) -> None:
    made = opened(prepare(picture(form, (900, 1200), mode)))
    assert (made.format, made.size, made.mode) == ("JPEG", (360, 480), "RGB")


def test_a_small_picture_stays_as_large_as_it_is() -> None:
    assert opened(prepare(picture(size=(120, 160)))).size == (120, 160)


def test_nothing_goes_with_it_but_its_pixels() -> None:
    exif = Image.Exif()
    exif[0x010F] = "a telephone"  # Make
    exif[0x0112] = 6  # Orientation: to be turned by a quarter
    content = picture(exif=exif, comment=b"at home")
    assert b"a telephone" in content
    made = prepare(content)
    assert b"a telephone" not in made
    assert b"at home" not in made
    assert opened(made).size == (400, 300)
    assert dict(opened(made).getexif()) == {}


def test_what_can_be_seen_through_stands_on_white() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(written, "PNG")
    assert opened(prepare(written.getvalue())).getpixel((4, 4)) == (255, 255, 255)


def test_a_picture_that_is_too_large_is_refused() -> None:
    with pytest.raises(InvalidField, match=r"^photo: has \d+ bytes; allowed: at most 262144$"):
        prepare(noisy(PHOTO_BYTES + 1))


def bomb() -> bytes:
    """A small PNG that says it is 60,000 pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    side = (60_000).to_bytes(4)
    header = chunk(b"IHDR", side + side + bytes([8, 2, 0, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        picture("GIF", mode="P"),
        picture("BMP"),
        picture()[:500],
        picture("PNG")[:80],
        bomb(),
    ],
    ids=["empty", "text", "gif", "bmp", "half a jpeg", "half a png", "bomb"],
)
def test_what_is_no_picture_of_these_kinds_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidField, match=r"^photo: "):
        prepare(content)
