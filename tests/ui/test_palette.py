"""Colours can be told apart by those who see little: WCAG 2 contrast, in every palette."""

import pytest

from device.level import Level
from tests.ui.seeing import EYES, contrast
from ui.palette import DAY, NIGHT, STRONG, STRONG_NIGHT, Palette, colour, palette_of

PALETTES = {"day": DAY, "strong": STRONG, "night": NIGHT, "strong night": STRONG_NIGHT}
every_palette = pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES.keys())


def for_words(palette: Palette) -> float:
    return 7 if palette.thick else 4.5


def test_black_on_white_is_21_to_1() -> None:
    assert contrast(colour("#000000"), colour("#ffffff")) == pytest.approx(21)


@every_palette
def test_words_stand_out_wherever_they_are(palette: Palette) -> None:
    for words in (palette.ink, palette.soft):
        for ground in (palette.ground, palette.paper, palette.pressed):
            assert contrast(words, ground) >= for_words(palette)


@every_palette
def test_words_on_a_filled_button_stand_out(palette: Palette) -> None:
    assert contrast(palette.paper, palette.ink) >= for_words(palette)


@every_palette
def test_lines_and_frames_have_3_to_1(palette: Palette) -> None:
    for line in (palette.line, palette.ink):
        for ground in (palette.ground, palette.paper):
            assert contrast(line, ground) >= 3


@every_palette
def test_the_elapsed_part_of_the_time_bar_is_told_from_the_rest_with_3_to_1(palette: Palette) -> None:
    assert contrast(palette.ink, palette.track) >= 3


@every_palette
@pytest.mark.parametrize("eye", EYES)
def test_a_face_has_3_to_1_on_its_tile_and_for_its_own_lines_for_every_eye(
    palette: Palette, eye: str
) -> None:
    for level in Level:
        for ground in (palette.paper, palette.pressed):
            assert contrast(palette.face(level), ground, eye) >= 3


@every_palette
def test_the_night_is_dark_and_the_day_is_light(palette: Palette) -> None:
    dark = contrast(palette.ground, colour("#000000"))
    assert dark < 1.2 if palette in (NIGHT, STRONG_NIGHT) else dark > 18


def test_what_is_wanted_and_the_light_there_is_choose_the_palette() -> None:
    assert palette_of(strong=False, night=False) is DAY
    assert palette_of(strong=True, night=False) is STRONG
    assert palette_of(strong=False, night=True) is NIGHT
    assert palette_of(strong=True, night=True) is STRONG_NIGHT
