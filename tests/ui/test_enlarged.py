"""大字: larger letters for the one citizen who asked, on every glass and in every language."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest

from device.faults import Fault
from device.level import Level
from device.settings import UiSection
from device.snapshot import Snapshot
from tests.ui import snapshots
from tests.ui.panels import LARGER, SEVEN, Panel
from tests.ui.seeing import contrast, cut_out, shades
from tests.ui.snapshots import NOW
from tests.ui.test_screens import inside, overlap
from tests.ui.window_process import WindowProcess, middle, target_of
from ui.fitting import largest_em
from ui.layout import LINE_HEIGHT, REACH_MM, TARGET_LEAST_MM, TEXT_LEAST_MM, TILE_LEAST_MM
from ui.letter_size import ChangeSize
from ui.presenter import present
from ui.sight import ENLARGED, Sight
from ui.texts import load_texts, shipped
from ui.views import LevelView, ReasonsView

ALL = UiSection(languages=shipped(), unreviewed=shipped())
BOOK = load_texts(ALL)
FULL: dict[str, Any] = {
    "fault": Fault.PANEL_LOST,
    "read_aloud": True,
    "clerk_shown": "综合受理 王芳",
    "clerk_photo": snapshots.PHOTO,
}
# Where room is shortest, every language; the others show what a larger glass makes of it.
GLASSES = [(panel, shipped()) for panel in SEVEN] + [(panel, ("zh-Hans", "en")) for panel in LARGER]

Part = dict[str, Any]
Name = tuple[str, str]
"""Of a screen, and its language."""


def screens(language: str) -> dict[str, Snapshot]:
    """What can be enlarged, as full as it gets."""
    level, reasons = snapshots.level, snapshots.reasons
    return {
        "level": level(language),
        "level-changing": level(language, standing=Level.SATISFIED, changing=True),
        "level-full": level(language, phone_offered=True, **FULL),
        "level-full-short": level(language, phone_offered=True, **FULL, **snapshots.SHORT),
        "level-full-last": level(language, phone_offered=True, **FULL, **snapshots.LAST),
        "level-test": level(language, clerk=None, matter=None, test=True),
        **{f"reasons-{of.value}": reasons(language, of=of) for of in Level},
        "reasons-full": reasons(language, receipts_offered=True, **FULL),
        "reasons-full-short": reasons(language, receipts_offered=True, **FULL, **snapshots.SHORT),
        "reasons-test-short": reasons(language, clerk=None, test=True, **snapshots.SHORT),
        "thanks": snapshots.thanks(language),
        "thanks-broken": snapshots.thanks(language, fault=Fault.PANEL_LOST),
        "declined": snapshots.declined(language),
    }


@dataclasses.dataclass(frozen=True)
class Drawn:
    """The parts of every enlarged screen on `panel`, and the same screens as they were."""

    panel: Panel
    larger: dict[Name, list[Part]]
    plain: dict[Name, list[Part]]

    @property
    def pitch(self) -> float:
        return self.panel.layout.pitch_mm

    def each(self, kind: str) -> Iterator[tuple[Name, list[Part]]]:
        for shown in (self.larger, self.plain):
            for name, parts in shown.items():
                yield name, [part for part in parts if kind in part]


@pytest.fixture(scope="module", params=GLASSES, ids=lambda given: str(given[0]))
def drawn(request: pytest.FixtureRequest) -> Drawn:
    panel, languages = request.param
    found = Drawn(panel, {}, {})
    hall = languages if len(languages) > 2 else (*languages, "bo")
    with WindowProcess(size=panel.size, clock="system", **panel.ui, languages=hall) as window:
        number = 0
        for kept, asks in ((found.plain, False), (found.larger, True)):
            for language in languages:
                for name, snapshot in screens(language).items():
                    number += 1
                    window.show(dataclasses.replace(still(snapshot), number=number, visit=str(asks)))
                    if asks and number == len(found.plain) + 1:
                        window.tap("ChangeSize")
                    kept[name, language] = window.inspect()["found"]
    return found


def still(snapshot: Snapshot) -> Snapshot:
    """With its seconds gone: the clock of this window runs, and is not what is looked at."""
    if snapshot.countdown is None:
        return snapshot
    return dataclasses.replace(snapshot, countdown=dataclasses.replace(snapshot.countdown, until_ms=0))


def test_nothing_is_cut_clipped_or_on_another(drawn: Drawn) -> None:
    for kind in ("text", "target"):
        for name, parts in drawn.each(kind):
            assert [part["text"] for part in parts if part.get("cut")] == [], name
            assert [part for part in parts if not inside(part, drawn.panel.size)] == [], name
            for one, other in combinations(parts, 2):
                assert not overlap(one, other), (name, one, other)


def test_nothing_is_smaller_than_the_least(drawn: Drawn) -> None:
    for name, texts in drawn.each("text"):
        for text in texts:
            assert text["em"] * drawn.pitch >= TEXT_LEAST_MM, (name, text)
            assert text["height"] >= text["em"] * LINE_HEIGHT - 0.5, (name, text)
    for name, targets in drawn.each("target"):
        for target in targets:
            least = TILE_LEAST_MM if target["target"][0] == "LevelTile" else TARGET_LEAST_MM
            assert min(target["width"], target["height"]) * drawn.pitch >= least, (name, target)
            top_mm = (target["y"] + target["height"]) * drawn.pitch
            assert top_mm <= REACH_MM or not drawn.panel.layout.portrait, (name, target)


def test_every_screen_that_grows_has_the_button_but_a_short_time_takes_its_place_on_a_standing_glass(
    drawn: Drawn,
) -> None:
    for name, targets in drawn.each("target"):
        gone = drawn.panel.layout.portrait and name[0].endswith(("-short", "-last"))
        assert (["ChangeSize"] in [part["target"] for part in targets]) is not gone, name


def em_of(parts: list[Part], text: str) -> float:
    (found,) = {part["em"] for part in parts if part.get("text", "").replace("\n", "") == text}
    return float(found)


def test_the_five_words_are_of_one_size_larger_than_before_and_alone_with_their_numbers(
    drawn: Drawn,
) -> None:
    for name, parts in drawn.larger.items():
        screen, language = name
        if not screen.startswith("level"):
            continue
        words = BOOK.of(language).levels.values()
        sizes = {em_of(parts, word) for word in words}
        assert len(sizes) == 1, (name, sizes)
        assert sizes.pop() > max(em_of(drawn.plain[name], word) for word in words), name
        tiles = [part for part in parts if part.get("target", [""])[0] == "LevelTile"]
        for tile in tiles:
            within = [part["text"] for part in parts if "text" in part and overlap(part, tile)]
            assert len(within) == 2, (name, within)


def test_the_order_of_the_five_is_as_before(drawn: Drawn) -> None:
    lying = not drawn.panel.layout.portrait
    for name, parts in drawn.larger.items():
        tiles = [part for part in parts if part.get("target", [""])[0] == "LevelTile"]
        if tiles:
            places = sorted((tile["x"] if lying else -tile["y"], tile["target"][1]) for tile in tiles)
            assert [level for _, level in places] == [5, 4, 3, 2, 1], name
            assert len({(round(tile["width"]), round(tile["height"])) for tile in tiles}) == 1, name


def test_what_is_read_is_larger_and_official_words_are_verbatim(drawn: Drawn) -> None:
    for name, parts in drawn.larger.items():
        screen, language = name
        snapshot = screens(language)[screen]
        plain, texts = drawn.plain[name], BOOK.of(language)
        read = [BOOK.reason(language, r.code, r.text) for r in snapshot.reasons]
        read += [texts.reasons_title] if snapshot.reasons else []
        for text in read:
            assert em_of(parts, text) > em_of(plain, text), (name, text)


def test_reasons_of_all_levels_have_letters_of_one_size(drawn: Drawn) -> None:
    sizes: dict[str, set[float]] = {}
    for (screen, language), parts in drawn.larger.items():
        if screen.startswith("reasons-") and screen[-1].isdigit():
            given = screens(language)[screen].reasons
            ems = {em_of(parts, BOOK.reason(language, r.code, r.text)) for r in given}
            sizes.setdefault(language, set()).update(ems)
    assert sizes
    assert {language: len(found) for language, found in sizes.items()} == dict.fromkeys(sizes, 1)


def test_letters_stand_out_from_what_is_behind_them(tmp_path: Any) -> None:
    for panel in (SEVEN[1], SEVEN[3]):
        with WindowProcess(size=panel.size, screenshot=tmp_path / "screen.png", **panel.ui) as window:
            window.show(snapshots.level(number=1, **FULL))
            window.tap("ChangeSize")
            for number, snapshot in enumerate(screens("zh-Hans").values(), start=2):
                picture = window.picture(dataclasses.replace(snapshot, number=number))
                for text in window.texts():
                    (_, ground), *_ = shades(cut_out(picture, text))
                    assert contrast(text["colour"], ground) >= 4.5, text


@pytest.fixture
def window() -> Iterator[WindowProcess]:
    with WindowProcess(clock="system") as started:
        yield started


def is_larger(window: WindowProcess) -> bool:
    return "标准字" in [text["text"] for text in window.texts()]


def test_a_second_touch_goes_back(window: WindowProcess) -> None:
    window.show(snapshots.level(number=1, visit="first"))
    assert not is_larger(window)
    window.tap("ChangeSize")
    assert is_larger(window)
    window.tap("ChangeSize")
    assert not is_larger(window)


def test_it_lasts_through_the_visit_and_not_to_the_next_citizen(window: WindowProcess) -> None:
    window.show(snapshots.level(number=1, visit="first"))
    window.tap("ChangeSize")
    window.show(snapshots.reasons(number=2, visit="first"))
    assert is_larger(window)
    window.show(snapshots.words(number=3, visit="first"))
    window.show(snapshots.level("en", number=4, visit="first", changing=True, standing=Level.SATISFIED))
    assert "Normal" in [text["text"] for text in window.texts()]
    window.show(snapshots.thanks(number=5, visit="first"))
    assert is_larger(window)
    window.show(snapshots.level(number=6, visit="second"))
    assert not is_larger(window)


def test_the_idle_screen_between_two_visits_ends_it(window: WindowProcess) -> None:
    window.show(snapshots.level(number=1, visit="first"))
    window.tap("ChangeSize")
    window.show(snapshots.idle(number=2))
    window.show(snapshots.level(number=3, visit="second"))
    assert not is_larger(window)


def test_the_device_is_told_of_a_finger_and_of_nothing_else(window: WindowProcess) -> None:
    window.show(snapshots.level(number=1))
    window.tap("ChangeSize")
    assert window.event("TouchDown")["target"] is None
    assert window.event("TouchUp")["touch"]
    assert is_larger(window)


def test_a_palm_on_the_button_is_more_than_one_finger(window: WindowProcess) -> None:
    window.show(snapshots.level(number=1))
    parts = window.targets()
    window.touch("thumb", *middle(target_of(parts, "LevelTile", 5)))
    window.touch("palm", *middle(target_of(parts, "ChangeSize")))
    window.lift("thumb")
    window.lift("palm")
    told = [window.event("TouchDown", "TouchUp") for _ in range(4)]
    assert [event["event"] for event in told] == ["TouchDown", "TouchDown", "TouchUp", "TouchUp"]
    assert [event.get("target") for event in told[:2]] == [["LevelTile", 5], None]


def test_a_storm_of_touches_on_it_leaves_a_screen_that_can_be_rated_on(window: WindowProcess) -> None:
    window.show(snapshots.level(number=1))
    at = middle(target_of(window.targets(), "ChangeSize"))
    for n in range(200):
        window.touch(f"finger {n}", *at)
        window.lift(f"finger {n}")
    window.tap("LevelTile", 2)
    while (target := window.event("TouchDown")["target"]) is None:
        pass
    assert target == ["LevelTile", 2]


@pytest.mark.parametrize("panel", [SEVEN[0], SEVEN[3]], ids=str)
def test_a_tile_that_is_touched_is_the_same_level_in_both_sizes(panel: Panel) -> None:
    with WindowProcess(size=panel.size, clock="system", **panel.ui) as window:
        window.show(snapshots.level(number=1))
        for _ in range(2):
            for level in (5, 4, 3, 2, 1):
                window.tap("LevelTile", level)
                assert window.event("TouchDown")["target"] == ["LevelTile", level]
            window.tap("ChangeSize")
            assert window.event("TouchDown")["target"] is None


@pytest.mark.parametrize("language", shipped())
def test_it_is_offered_on_screens_that_grow_and_on_no_others(language: str) -> None:
    for name, snapshot in snapshots.every_screen(language).items():
        for enlarged in (False, True):
            view = present(snapshot, BOOK, NOW, enlarged=enlarged)
            offered = getattr(getattr(view, "header", None), "letters", None)
            assert (offered is not None) is isinstance(view, ENLARGED), name
            if offered is not None:
                texts = BOOK.of(language)
                assert offered.text == (texts.normal_size if enlarged else texts.larger)
                assert offered.target == ChangeSize()
            size = (1024, 600)
            assert Sight().layout(size, view, NOW, enlarged=enlarged).enlarged is (
                enlarged and isinstance(view, ENLARGED)
            )


def test_the_order_of_the_levels_has_the_same_name_in_both_sizes() -> None:
    for panel in (SEVEN[0], SEVEN[3]):
        view = present(snapshots.level(), BOOK, NOW)
        plain, larger = (Sight().layout(panel.size, view, NOW, enlarged=asked) for asked in (False, True))
        assert plain.id == larger.id


def test_a_chinese_level_is_broken_before_what_is_denied() -> None:
    view = present(snapshots.level(), BOOK, NOW)
    assert isinstance(view, LevelView)
    assert [tile.enlarged for tile in view.tiles] == [
        "非常\n满意",
        "满意",
        "基本\n满意",
        "不满意",
        "非常\n不满意",
    ]


def test_reasons_have_their_size_from_all_of_them_and_from_those_of_the_province() -> None:
    shown = snapshots.reasons()
    own = dataclasses.replace(shown.reasons[0], code="999", text="本省自定的原因")
    view = present(dataclasses.replace(shown, reasons=(own,)), BOOK, NOW)
    assert isinstance(view, ReasonsView)
    assert {"本省自定的原因", *BOOK.reasons("zh-Hans")} == {*view.alike}


def test_the_largest_size_is_the_largest_that_fits_all() -> None:
    words = ("非常\n不满意", "满意")
    em = largest_em(words, (150, 130), 80, 10, bold=True)
    assert em == 50, "three characters of 50 pixels are 150 wide, two lines 130 high"
    assert largest_em(words, (251, 66), 80, 10, bold=True) == 50, "five on one line of 65"
    assert largest_em(words, (1000, 500), 80, 10, bold=True) == 80
    assert largest_em(words, (20, 500), 80, 10, bold=True) == 10


def test_no_word_is_broken_to_have_larger_letters() -> None:
    alone = largest_em(("dissatisfied",), (200, 300), 90, 10, bold=False)
    assert largest_em(("very dissatisfied",), (200, 300), 90, 10, bold=False) == alone < 50
