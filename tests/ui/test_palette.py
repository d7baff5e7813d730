"""Colours can be told apart by those who see little: WCAG 2 contrast."""

import pytest

from device.level import Level
from ui import palette
from ui.palette import Colour


def luminance(colour: Colour) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue, _ = colour
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_21_to_1() -> None:
    assert contrast(palette.colour("#000000"), palette.colour("#ffffff")) == pytest.approx(21)


@pytest.mark.parametrize("words", [palette.INK, palette.SOFT])
@pytest.mark.parametrize("ground", [palette.GROUND, palette.PAPER, palette.PRESSED])
def test_words_have_4_5_to_1(words: Colour, ground: Colour) -> None:
    assert contrast(words, ground) >= 4.5


def test_white_words_on_a_filled_button_have_4_5_to_1() -> None:
    assert contrast(palette.PAPER, palette.INK) >= 4.5


@pytest.mark.parametrize("line", [palette.LINE, palette.INK])
@pytest.mark.parametrize("ground", [palette.GROUND, palette.PAPER])
def test_lines_and_frames_have_3_to_1(line: Colour, ground: Colour) -> None:
    assert contrast(line, ground) >= 3


def test_the_elapsed_part_of_the_time_bar_is_told_from_the_rest_with_3_to_1() -> None:
    assert contrast(palette.INK, palette.TRACK) >= 3


@pytest.mark.parametrize("level", Level)
def test_a_face_has_3_to_1_on_its_tile_and_for_its_own_lines(level: Level) -> None:
    for ground in (palette.PAPER, palette.PRESSED):
        assert contrast(palette.FACES[level], ground) >= 3
