"""The screens look as they were found good; what does not is in test-report/screens/golden.

Once a change was looked at: `python -m tests.ui.golden`.
"""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops, ImageDraw

from tests.ui import report
from tests.ui.golden.gallery import GLASSES, difference, folder_of, is_same, kept
from tests.ui.panels import Panel
from tests.ui.sittings import Drawn

MOST_KIB = 4 * 1024


@pytest.mark.parametrize("screens", GLASSES, indirect=True, ids=str, scope="session")
def test_every_screen_looks_as_it_was_found_good(screens: list[Drawn]) -> None:
    glass = screens[0].panel
    to = report.folder(f"golden/{glass}")
    now = {screen.name: screen for screen in screens}
    others = []
    for name in kept(glass):
        drawn = now[name].picture
        with Image.open(folder_of(glass) / f"{name}.png") as picture:
            good = picture.convert("RGB")
        if not is_same(drawn, good):
            others.append(name)
            drawn.save(to / f"{name}-now.png")
            good.save(to / f"{name}-good.png")
            if drawn.size == good.size:
                difference(drawn, good).save(to / f"{name}-difference.png")
    assert others == [], f"look at {to}; if that is as it should be: python -m tests.ui.golden"


@pytest.mark.parametrize("glass", GLASSES, ids=str)
def test_no_picture_is_kept_of_a_screen_that_is_no_more(glass: Panel) -> None:
    assert {path.stem for path in folder_of(glass).glob("*.png")} == {*kept(glass)}


def test_the_pictures_are_light() -> None:
    sizes = [path.stat().st_size for glass in GLASSES for path in folder_of(glass).glob("*.png")]
    assert sum(sizes) < MOST_KIB * 1024


@pytest.fixture
def good() -> Image.Image:
    with Image.open(folder_of(GLASSES[0]) / "level-zh-Hans.png") as picture:
        return picture.convert("RGB")


def test_a_soft_edge_that_falls_otherwise_is_the_same(good: Image.Image) -> None:
    hazy = Image.blend(good, ImageChops.offset(good, 1, 0), 0.5)
    assert hazy.tobytes() != good.tobytes()
    assert is_same(good, hazy)


def test_what_has_moved_by_three_pixels_is_not(good: Image.Image) -> None:
    assert not is_same(good, ImageChops.offset(good, 3, 0))
    assert not is_same(good, ImageChops.offset(good, 0, 3))


def test_a_stroke_that_is_missing_is_not(good: Image.Image) -> None:
    title = (17, 120, 45, 148)  # one character of it
    without = good.copy()
    ImageDraw.Draw(without).rectangle(title, fill=good.getpixel((5, 120)))
    assert not is_same(good, without)


def test_another_colour_is_not(good: Image.Image) -> None:
    red, green, blue = good.split()
    assert not is_same(good, Image.merge("RGB", (blue, green, red)))


def test_another_size_is_not(good: Image.Image) -> None:
    assert not is_same(good, good.resize((800, 480)))
