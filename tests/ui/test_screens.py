"""Every screen, drawn for real in every size and language: readable, whole, large enough to touch."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from tests.ui import report, snapshots
from tests.ui.panels import PANELS, Panel
from tests.ui.seeing import Part, contrast, cut_out, shades
from tests.ui.window_process import WindowProcess
from ui.code import QUIET
from ui.layout import LINE_HEIGHT, REACH_MM, TARGET_LEAST_MM, TEXT_LEAST_MM, TILE_LEAST_MM


@dataclasses.dataclass(frozen=True)
class Drawn:
    """One screen as drawn: its first frame, perhaps a later one, and what it consists of."""

    name: str
    panel: Panel
    first: Image.Image
    later: Image.Image | None
    texts: list[Part]
    targets: list[Part]
    codes: list[Part]
    signs: list[Part]
    long: bool

    @property
    def size(self) -> tuple[int, int]:
        return self.panel.size


def drawn_on(panel: Panel, name: str) -> bool:
    """Whether a screen is drawn there: the fullest ones are everywhere, the others where room is shortest."""
    return panel.drawn_in_full or name in FULLEST


FULLEST = {
    *("idle-photo", "idle-refused-broken", "idle-long", "level", "level-pressed-broken", "level-changing"),
    *("level-long", "level-test", *(f"reasons-{level}-0" for level in range(1, 6)), "reasons-long", "words"),
    *("words-long", "thanks", "thanks-long", "paused-stuck", "cannot-F-014", "key-test-stuck"),
    *("idle-read-broken", "level-phone", "level-changing-short", "level-read", "phone-stuck", "phone-long"),
    *("reasons-receipt-stuck", "reasons-test-short", "receipt-word-short", "receipt-code", "cannot-F-032"),
    *("spoken-changing-broken", *(f"spoken-reasons-{page}" for page in range(3)), "cleaning"),
}

FINDER = 7  # modules of the squares in three corners of a code
MODULE_LEAST_MM = 0.4


def draw(folder: Path, panel: Panel) -> Iterator[Drawn]:
    number = 0
    to = report.folder(str(panel))
    with WindowProcess(size=panel.size, screenshot=folder / "screen.png", **panel.ui) as window:
        for language in snapshots.LANGUAGES:
            long = snapshots.long_texts(language)
            for name, snapshot in (snapshots.every_screen(language) | long).items():
                if not drawn_on(panel, name):
                    continue
                number += 2
                named = f"{name}-{language}"
                first = window.picture(dataclasses.replace(snapshot, number=number - 1))
                shutil.copyfile(folder / "screen.png", to / f"{named}.png")
                again = dataclasses.replace(snapshot, number=number)
                # What holds for each screen on one glass is looked at for one screen on the others.
                later = window.picture(again) if panel.drawn_in_full or number == 2 else None
                parts = window.inspect()["found"]
                texts = [part for part in parts if "text" in part]
                targets = [part for part in parts if "target" in part]
                codes = [part for part in parts if "code" in part]
                signs = [part for part in parts if "sign" in part]
                yield Drawn(named, panel, first, later, texts, targets, codes, signs, name in long)
    report.write_index()


@pytest.fixture(scope="module", params=PANELS, ids=str)
def screens(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Drawn]:
    return list(draw(tmp_path_factory.mktemp("screens"), request.param))


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
    for screen in screens:
        if screen.later is not None:
            assert ImageChops.difference(screen.first, screen.later).getbbox() is None, screen.name


def test_every_screen_has_its_own_picture(screens: list[Drawn]) -> None:
    names: dict[bytes, list[str]] = {}
    for screen in screens:
        names.setdefault(hashlib.sha256(screen.first.tobytes()).digest(), []).append(screen.name)
    assert [same for same in names.values() if len(same) > 1] == []


def test_every_text_is_there_in_full(screens: list[Drawn]) -> None:
    for screen in screens:
        if not screen.long:
            assert [text["text"] for text in screen.texts if text["cut"]] == [], screen.name


def test_over_long_names_are_cut_but_nothing_of_ours_is(screens: list[Drawn]) -> None:
    for screen in screens:
        if screen.long:
            cut = [text["text"] for text in screen.texts if text["cut"]]
            assert all("某某" in text or "CCC" in text for text in cut), (screen.name, cut)


def test_texts_and_targets_stay_within_the_screen(screens: list[Drawn]) -> None:
    for screen in screens:
        for part in screen.texts + screen.targets:
            assert inside(part, screen.size), (screen.name, part)


def test_no_text_lies_on_another_and_no_target_on_another(screens: list[Drawn]) -> None:
    for screen in screens:
        for parts in (screen.texts, screen.targets):
            for one, other in combinations(parts, 2):
                assert not overlap(one, other), (screen.name, one, other)


def test_no_tick_lies_on_the_word_beside_it(screens: list[Drawn]) -> None:
    for screen in screens:
        if screen.name.startswith("spoken-reasons") and screen.panel.layout.portrait:
            assert screen.signs, screen.name
            for sign, text in product(screen.signs, screen.texts):
                assert not overlap(sign, text), (screen.name, sign, text)


def test_a_text_is_at_least_as_tall_as_one_line_of_it(screens: list[Drawn]) -> None:
    for screen in screens:
        for text in screen.texts:
            assert text["height"] >= text["em"] * LINE_HEIGHT - 0.5, (screen.name, text)


def test_letters_are_3_5_mm_or_more(screens: list[Drawn]) -> None:
    for screen in screens:
        for text in screen.texts:
            assert text["em"] * screen.panel.layout.pitch_mm >= TEXT_LEAST_MM, (screen.name, text)


def test_tiles_are_20_mm_both_ways_and_every_other_target_is_12_mm_high(screens: list[Drawn]) -> None:
    for screen in screens:
        for target in screen.targets:
            width, height = (target[side] * screen.panel.layout.pitch_mm for side in ("width", "height"))
            tile = target["target"][0] == "LevelTile"
            assert height >= (TILE_LEAST_MM if tile else TARGET_LEAST_MM), (screen.name, target)
            assert width >= (TILE_LEAST_MM if tile else TARGET_LEAST_MM), (screen.name, target)


def test_targets_are_apart(screens: list[Drawn]) -> None:
    for screen in screens:
        gap = screen.panel.layout.px(1.5)
        for one, other in combinations(screen.targets, 2):
            wider = other | {"x": other["x"] - gap, "y": other["y"] - gap}
            wider |= {"width": other["width"] + 2 * gap, "height": other["height"] + 2 * gap}
            assert not overlap(one, wider), (screen.name, one, other)


def test_the_colour_of_letters_has_4_5_to_1_on_what_is_behind_them(screens: list[Drawn]) -> None:
    for screen in screens:
        for text in screen.texts:
            (_, ground), *_ = shades(cut_out(screen.first, text))
            assert contrast(text["colour"], ground) >= 4.5, (screen.name, text)


def test_what_is_touched_on_a_standing_glass_is_within_reach(screens: list[Drawn]) -> None:
    for screen in screens:
        if screen.panel.layout.portrait:
            for target in screen.targets:
                top_mm = (target["y"] + target["height"]) * screen.panel.layout.pitch_mm
                assert top_mm <= REACH_MM, (screen.name, target)


def test_a_code_is_in_whole_modules_of_0_4_mm_or_more_with_its_quiet_zone(screens: list[Drawn]) -> None:
    assert {screen.name.split("-")[0] for screen in screens if screen.codes} == {"phone", "receipt"}
    for screen in screens:
        for code in screen.codes:
            drawn = cut_out(screen.first, code).convert("L")
            box = drawn.point(lambda grey: 255 if grey < 128 else 0).getbbox()
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
        if "-short-" in screen.name and "-test-" not in screen.name:
            foot = screen.size[1] - layout.crown - layout.header
            at = [text["x"] for text in screen.texts if foot < text["y"] < screen.size[1] - layout.crown]
            assert min(at) == pytest.approx(layout.margin, abs=1), screen.name


def test_the_five_levels_stand_from_5_on_the_left_or_top_to_1_on_the_right_or_bottom(
    screens: list[Drawn],
) -> None:
    for screen in screens:
        tiles = [target for target in screen.targets if target["target"][0] == "LevelTile"]
        if screen.name.startswith("level"):
            lying = screen.size[0] > screen.size[1]
            places = sorted((tile["x"] if lying else -tile["y"], tile["target"][1]) for tile in tiles)
            assert [level for _, level in places] == [5, 4, 3, 2, 1]
            across = ("y", "height") if lying else ("x", "width")
            assert len({tuple(tile[side] for side in across) for tile in tiles}) == 1


def test_every_screen_offers_the_other_language(screens: list[Drawn]) -> None:
    for screen in screens:
        if screen.name.startswith("cleaning"):
            assert screen.targets == [], "nothing can be touched while it is wiped"
            continue
        other = "zh-Hans" if screen.name.endswith("-en") else "en"
        assert ["LanguageTile", other] in [target["target"] for target in screen.targets], screen.name


def test_reasons_screens_of_different_levels_differ_only_in_the_reasons(screens: list[Drawn]) -> None:
    by_name = {screen.name: screen for screen in screens}
    width, height = screens[0].size
    layout = screens[0].panel.layout
    head = (
        0,
        0,
        width,
        layout.crown
        + layout.header
        + layout.px(2.2)
        + layout.lines(1, layout.title)
        + layout.lines(1, layout.small),
    )
    foot = (0, height - layout.footer, width, height)
    for language in snapshots.LANGUAGES:
        for box in (head, foot):
            parts = {
                by_name[f"reasons-{level}-0-{language}"].first.crop(box).tobytes() for level in range(1, 6)
            }
            assert len(parts) == 1
