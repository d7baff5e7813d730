"""Every screen, drawn for real in every size and language: readable, whole, large enough to touch."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from tests.ui.panels import DRAFTED, LIGHTS, PANELS
from tests.ui.seeing import Part, cut_out
from tests.ui.sittings import Drawn
from ui.code import QUIET
from ui.layout import LINE_HEIGHT, REACH_MM, TARGET_LEAST_MM, TEXT_LEAST_MM, TILE_LEAST_MM

pytestmark = pytest.mark.parametrize(
    "screens", PANELS + LIGHTS + DRAFTED, indirect=True, ids=str, scope="session"
)

FINDER = 7  # modules of the squares in three corners of a code
MODULE_LEAST_MM = 0.4


def inside(part: Part, size: tuple[int, int]) -> bool:
    return (
        part["x"] >= 0
        and part["y"] >= 0
        and part["x"] + part["width"] <= size[0] + 0.5
        and part["y"] + part["height"] <= size[1] + 0.5
    )


def overlap(one: Part, other: Part) -> bool:
    return (
        one["x"] + one["width"] > other["x"] + 0.5
        and other["x"] + other["width"] > one["x"] + 0.5
        and one["y"] + one["height"] > other["y"] + 0.5
        and other["y"] + other["height"] > one["y"] + 0.5
    )


def test_the_first_frame_of_a_screen_is_the_whole_screen(screens: list[Drawn]) -> None:
    assert [screen.name for screen in screens if screen.again is False] == []


def test_every_screen_has_its_own_picture(screens: list[Drawn]) -> None:
    names: dict[int, list[str]] = {}
    for screen in screens:
        names.setdefault(screen.whole, []).append(screen.name)
    assert [same for same in names.values() if len(same) > 1] == []


def test_every_text_is_there_in_full(screens: list[Drawn]) -> None:
    for screen in screens:
        if not screen.is_long:
            assert [text["text"] for text in screen.having("text") if text["cut"]] == [], screen.name


def test_over_long_names_are_cut_but_nothing_of_ours_is(screens: list[Drawn]) -> None:
    for screen in screens:
        if screen.is_long:
            cut = [text["text"] for text in screen.having("text") if text["cut"]]
            assert all("某某" in text or "CCC" in text for text in cut), (screen.name, cut)


def test_texts_and_targets_stay_within_the_screen(screens: list[Drawn]) -> None:
    for screen in screens:
        for part in screen.having("text") + screen.having("target"):
            assert inside(part, screen.panel.size), (screen.name, part)


def test_no_text_lies_on_another_and_no_target_on_another(screens: list[Drawn]) -> None:
    for screen in screens:
        for parts in (screen.having("text"), screen.having("target")):
            for one, other in combinations(parts, 2):
                assert not overlap(one, other), (screen.name, one, other)


def test_no_tick_lies_on_the_word_beside_it(screens: list[Drawn]) -> None:
    for screen in screens:
        if screen.name.startswith("spoken-reasons") and screen.panel.layout.portrait:
            assert screen.having("sign"), screen.name
            for sign, text in product(screen.having("sign"), screen.having("text")):
                assert not overlap(sign, text), (screen.name, sign, text)


def test_a_text_is_at_least_as_tall_as_one_line_of_it(screens: list[Drawn]) -> None:
    for screen in screens:
        for text in screen.having("text"):
            assert text["height"] >= text["em"] * LINE_HEIGHT - 0.5, (screen.name, text)


def test_letters_are_3_5_mm_or_more(screens: list[Drawn]) -> None:
    for screen in screens:
        for text in screen.having("text"):
            assert text["em"] * screen.panel.layout.pitch_mm >= TEXT_LEAST_MM, (screen.name, text)


def test_tiles_are_20_mm_both_ways_and_every_other_target_is_12_mm_high(screens: list[Drawn]) -> None:
    for screen in screens:
        for target in screen.having("target"):
            width, height = (target[side] * screen.panel.layout.pitch_mm for side in ("width", "height"))
            tile = target["target"][0] == "LevelTile"
            assert height >= (TILE_LEAST_MM if tile else TARGET_LEAST_MM), (screen.name, target)
            assert width >= (TILE_LEAST_MM if tile else TARGET_LEAST_MM), (screen.name, target)


def test_targets_are_apart(screens: list[Drawn]) -> None:
    for screen in screens:
        gap = screen.panel.layout.px(1.5)
        for one, other in combinations(screen.having("target"), 2):
            wider = other | {"x": other["x"] - gap, "y": other["y"] - gap}
            wider |= {"width": other["width"] + 2 * gap, "height": other["height"] + 2 * gap}
            assert not overlap(one, wider), (screen.name, one, other)


def test_what_is_touched_on_a_standing_glass_is_within_reach(screens: list[Drawn]) -> None:
    for screen in screens:
        if screen.panel.layout.portrait:
            for target in screen.having("target"):
                top_mm = (target["y"] + target["height"]) * screen.panel.layout.pitch_mm
                assert top_mm <= REACH_MM, (screen.name, target)


def test_a_code_is_in_whole_modules_of_0_4_mm_or_more_with_its_quiet_zone(screens: list[Drawn]) -> None:
    if not screens[0].panel.resting:
        assert {screen.name.split("-")[0] for screen in screens if screen.having("code")} == {
            "phone",
            "receipt",
        }
    for screen in screens:
        for code in screen.having("code"):
            drawn = cut_out(screen.picture, code).convert("L").point(lambda grey: 0 if grey < 128 else 255)
            box = drawn.point(lambda grey: 255 - grey).getbbox()
            assert box, screen.name
            left, top, right, bottom = box
            corner = [drawn.getpixel((x, top)) for x in range(left, right)]
            module, rest = divmod(next(n for n, grey in enumerate(corner) if grey != 0), FINDER)
            assert rest == 0, screen.name
            assert right - left == bottom - top, screen.name
            assert module * screen.panel.layout.pitch_mm >= MODULE_LEAST_MM, (screen.name, module)
            quiet = QUIET * module
            around = drawn.crop((left - quiet, top - quiet, right + quiet, bottom + quiet))
            around.paste(255, (quiet, quiet, quiet + right - left, quiet + bottom - top))
            assert around.getextrema() == (255, 255), screen.name


def test_a_warning_of_time_begins_where_everything_below_it_does(screens: list[Drawn]) -> None:
    for screen in screens:
        layout = screen.panel.layout
        if "-short-" in screen.name and "-test-" not in screen.name and screen.language != "ug":
            foot = screen.panel.size[1] - layout.crown - layout.header
            at = [
                text["x"]
                for text in screen.having("text")
                if foot < text["y"] < screen.panel.size[1] - layout.crown
            ]
            assert min(at) == pytest.approx(layout.margin, abs=1), screen.name


def test_the_five_levels_stand_from_5_on_the_left_or_top_to_1_on_the_right_or_bottom(
    screens: list[Drawn],
) -> None:
    for screen in screens:
        tiles = [target for target in screen.having("target") if target["target"][0] == "LevelTile"]
        if screen.name.startswith("level") and "languages" not in screen.name:
            lying = screen.panel.size[0] > screen.panel.size[1]
            places = sorted((tile["x"] if lying else -tile["y"], tile["target"][1]) for tile in tiles)
            assert [level for _, level in places] == [5, 4, 3, 2, 1]
            across = ("y", "height") if lying else ("x", "width")
            assert len({tuple(tile[side] for side in across) for tile in tiles}) == 1


def test_every_screen_offers_the_other_language(screens: list[Drawn]) -> None:
    for screen in screens:
        if screen.name.startswith("cleaning"):
            assert screen.having("target") == [], "nothing can be touched while it is wiped"
            continue
        if ["Close"] in [target["target"] for target in screen.having("target")]:
            continue  # a keyboard, which is left first
        other = "zh-Hans" if screen.language == "en" else "en"
        ways = [["LanguageTile", other], ["ChooseLanguage"]]
        assert any(target["target"] in ways for target in screen.having("target")), screen.name


def test_reasons_screens_of_different_levels_differ_only_in_the_reasons(screens: list[Drawn]) -> None:
    by_name = {screen.name: screen for screen in screens}
    for language in () if screens[0].panel.resting else screens[0].panel.drawn:
        of = [by_name[f"reasons-{level}-0-{language}"] for level in range(1, 6)]
        assert len({(screen.head, screen.foot) for screen in of}) == 1
