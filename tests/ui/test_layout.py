"""Sizes on glass, at every supported screen."""

import pytest

from ui.layout import TARGET_LEAST_MM, TEXT_LEAST_MM, Layout

SCREENS = [
    (Layout(1024, 600), 0.15),
    (Layout(800, 480), 0.19),
    (Layout(1280, 800), 0.1178),
    (Layout(600, 1024), 0.15),
]


@pytest.mark.parametrize(("layout", "pitch_mm"), SCREENS)
def test_a_pixel_of_a_7_inch_panel_is_as_large_as_the_panel_makes_it(layout: Layout, pitch_mm: float) -> None:
    assert layout.pitch_mm == pytest.approx(pitch_mm, abs=0.001)


@pytest.mark.parametrize(("layout", "pitch_mm"), SCREENS)
def test_millimetres_are_rounded_up_to_pixels(layout: Layout, pitch_mm: float) -> None:
    for mm in (0.25, 3.6, 12.4):
        assert mm <= layout.px(mm) * layout.pitch_mm < mm + layout.pitch_mm


@pytest.mark.parametrize(("layout", "pitch_mm"), SCREENS)
def test_the_smallest_letters_are_tall_enough(layout: Layout, pitch_mm: float) -> None:
    assert layout.small * pitch_mm >= TEXT_LEAST_MM
    assert layout.small < layout.text < layout.large < layout.title < layout.headline < layout.sign_number


@pytest.mark.parametrize(("layout", "pitch_mm"), SCREENS)
def test_a_button_is_tall_enough_and_fits_its_bar(layout: Layout, pitch_mm: float) -> None:
    assert layout.button * pitch_mm >= TARGET_LEAST_MM
    assert layout.button < layout.header
    assert layout.button < layout.footer


def test_lines_of_letters_leave_room_between_them() -> None:
    assert Layout.lines(1, 30) == 39
    assert Layout.lines(2, 30) == 78


def test_rows_of_the_ledger_name_how_the_levels_stand() -> None:
    assert Layout(1024, 600).id == Layout(1280, 800).id == "row5-desc-1"
    assert Layout(600, 1024).id == "column5-desc-1"
