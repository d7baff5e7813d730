"""The picture file is always a whole picture, and soon the newest."""

import logging
from pathlib import Path

import pytest
from PIL import Image

from ui.screen_file import Pixels, ScreenFile, write_png

RED, GREEN = (255, 0, 0), (0, 255, 0)


def pixels(lower: tuple[int, int, int], upper: tuple[int, int, int]) -> Pixels:
    """Two rows of three pixels, as OpenGL gives them: the lower row first."""
    return Pixels(bytes([*lower, 255]) * 3 + bytes([*upper, 255]) * 3, 3, 2)


def test_the_upper_row_comes_first_in_the_file(tmp_path: Path) -> None:
    write_png(pixels(RED, GREEN), tmp_path / "screen.png")
    with Image.open(tmp_path / "screen.png") as image:
        assert (image.size, image.mode) == ((3, 2), "RGB")
        assert image.getpixel((0, 0)) == GREEN
        assert image.getpixel((2, 1)) == RED


def test_nothing_is_left_beside_the_file(tmp_path: Path) -> None:
    write_png(pixels(RED, GREEN), tmp_path / "screen.png")
    assert [path.name for path in tmp_path.iterdir()] == ["screen.png"]


def test_the_last_picture_is_in_the_file_when_it_has_stopped(tmp_path: Path) -> None:
    screen_file = ScreenFile(tmp_path / "screen.png")
    screen_file.start()
    for _ in range(20):
        screen_file.put(pixels(RED, RED))
    screen_file.put(pixels(GREEN, GREEN))
    screen_file.stop()
    with Image.open(tmp_path / "screen.png") as image:
        assert image.getpixel((0, 0)) == GREEN


def test_a_folder_that_is_gone_is_logged_once_and_survived(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "gone"
    with caplog.at_level(logging.INFO, logger="ui.screen_file"):
        screen_file = ScreenFile(folder / "screen.png")
        screen_file.start()
        screen_file.put(pixels(RED, RED))
        screen_file.stop()
    (record,) = caplog.records
    assert record.getMessage().startswith("screen_file=failing ")
