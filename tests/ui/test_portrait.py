"""The portrait of a clerk: a disc cut from a picture, or nothing."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from ui.portrait import draw_portrait


def picture(form: str = "JPEG", size: tuple[int, int] = (360, 480)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(written, form)
    return written.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize("size", [(360, 480), (480, 100), (10, 10)])
def test_a_portrait_is_a_disc_of_the_middle_of_its_picture(form: str, size: tuple[int, int]) -> None:
    drawn = draw_portrait(picture(form, size), 64)
    assert drawn is not None
    assert (drawn.size, drawn.mode) == ((64, 64), "RGBA")
    red, green, blue, opaque = drawn.getpixel((32, 32))  # type: ignore[misc]
    assert (red > 180, green < 60, blue < 60, opaque) == (True, True, True, 255)
    assert drawn.getpixel((0, 0))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    "content",
    [b"", b"no picture", picture()[:200], picture("GIF"), picture(size=(481, 10))],
    ids=["empty", "text", "half", "gif", "larger than the province makes"],
)
def test_what_is_no_such_picture_is_not_drawn(content: bytes) -> None:
    assert draw_portrait(content, 64) is None
