"""Sizes on glass, at every supported screen."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

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


LARGER = [
    (Layout(1280, 800, 10.1 * 25.4), 217),
    (Layout(1920, 1080, 15.6 * 25.4), 345),
    (Layout(800, 1280, 10.1 * 25.4), 136),
    (Layout(1080, 1920, 15.6 * 25.4), 194),
]


@pytest.mark.parametrize(("layout", "width_mm"), LARGER)
def test_a_pixel_of_a_larger_glass_is_as_large_as_the_glass_makes_it(layout: Layout, width_mm: float) -> None:
    assert layout.width * layout.pitch_mm == pytest.approx(width_mm, abs=1)


@given(diagonal=st.floats(7, 22), more=st.floats(0, 4), size=st.sampled_from([(1024, 600), (600, 1024)]))
def test_everything_grows_with_the_glass_and_less_than_the_glass(
    diagonal: float, more: float, size: tuple[int, int]
) -> None:
    one, other = Layout(*size, diagonal * 25.4), Layout(*size, (diagonal + more) * 25.4)
    assert 1 <= one.growth <= other.growth
    assert other.growth / one.growth <= other.diagonal_mm / one.diagonal_mm + 1e-9


@given(diagonal=st.floats(7, 22), size=st.sampled_from([(1920, 1080), (800, 480), (1080, 1920), (480, 800)]))
@example(diagonal=8.0, size=(800, 480))
def test_large_type_is_never_smaller_and_letters_have_never_fewer_pixels_than_on_7_inches(
    diagonal: float, size: tuple[int, int]
) -> None:
    small = Layout(*size, diagonal * 25.4)
    large = Layout(*size, diagonal * 25.4, large_type=True)
    assert large.growth >= small.growth
    assert small.small >= 18


def test_on_7_inches_nothing_is_larger_than_it_was_thought() -> None:
    for layout, _ in SCREENS:
        assert layout.growth == 1


def test_only_a_glass_that_stands_higher_than_everybody_reaches_has_a_crown() -> None:
    tall = Layout(1080, 1920, 15.6 * 25.4)
    assert (tall.height - tall.crown) * tall.pitch_mm == pytest.approx(270, abs=0.2)
    assert [layout.crown for layout, _ in [*SCREENS, *LARGER[:3]]] == [0] * 7
