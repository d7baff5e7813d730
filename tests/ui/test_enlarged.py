"""大字: larger letters for the one citizen who asked, on every glass and in every language."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

import pytest

from device.level import Level
from device.settings import UiSection
from tests.patience import until
from tests.ui import snapshots
from tests.ui.panels import DRAFTED, PANELS, SEVEN, Panel
from tests.ui.sittings import Drawn
from tests.ui.snapshots import NOW
from tests.ui.test_screens import overlap
from tests.ui.window_process import WindowProcess, middle, target_of
from ui.fitting import largest_em
from ui.letter_size import ChangeSize
from ui.presenter import present
from ui.sight import ENLARGED, Sight
from ui.texts import load_texts, shipped
from ui.views import LevelView, ReasonsView

ALL = UiSection(languages=shipped(), unreviewed=shipped())
BOOK = load_texts(ALL)

drawn = pytest.mark.parametrize("screens", PANELS + DRAFTED, indirect=True, ids=str, scope="session")
"""Every glass; what holds for all screens, enlarged or not, is in test_screens and test_look."""


def larger(screens: list[Drawn]) -> Iterator[Drawn]:
    return (screen for screen in screens if f"-larger-{screen.language}" in screen.name)


def sizes(screens: Iterable[Drawn], language: str, text: str) -> set[float]:
    """The sizes that `text` has on `screens` in `language`, in pixels."""
    return {
        part["em"]
        for screen in screens
        if screen.language == language
        for part in screen.having("text")
        if part["text"].replace("\n", "") == text
    }


def as_it_was(screens: list[Drawn], language: str, text: str) -> float:
    """The size of `text` where nobody has asked for larger letters."""
    grown = [screen.name for screen in larger(screens)]
    kinds = ("level", "reasons", "thanks", "declined")
    plain = [s for s in screens if s.name not in grown and s.name.startswith(kinds) and not s.is_long]
    return max(sizes(plain, language, text))


@drawn
def test_every_screen_that_grows_has_the_button_but_a_short_time_takes_its_place_on_a_standing_glass(
    screens: list[Drawn],
) -> None:
    for screen in larger(screens):
        short = screen.name.split("-larger-")[0].endswith(("-short", "-last"))
        gone = screen.panel.layout.portrait and short
        assert (["ChangeSize"] in [part["target"] for part in screen.having("target")]) is not gone, (
            screen.name
        )


@drawn
def test_the_five_words_are_of_one_size_larger_than_before_and_alone_with_their_numbers(
    screens: list[Drawn],
) -> None:
    for screen in larger(screens):
        tiles = [part for part in screen.having("target") if part["target"][0] == "LevelTile"]
        if not tiles:
            continue
        words = BOOK.of(screen.language).levels.values()
        (size,) = {size for word in words for size in sizes([screen], screen.language, word)}
        assert size > max(as_it_was(screens, screen.language, word) for word in words), screen.name
        for tile in tiles:
            within = [text["text"] for text in screen.having("text") if overlap(text, tile)]
            assert len(within) == 2, (screen.name, within)


@drawn
def test_the_order_of_the_five_is_as_before(screens: list[Drawn]) -> None:
    for screen in larger(screens):
        lying = not screen.panel.layout.portrait
        tiles = [part for part in screen.having("target") if part["target"][0] == "LevelTile"]
        if tiles:
            places = sorted((tile["x"] if lying else -tile["y"], tile["target"][1]) for tile in tiles)
            assert [level for _, level in places] == [5, 4, 3, 2, 1], screen.name
            assert len({(round(tile["width"]), round(tile["height"])) for tile in tiles}) == 1, screen.name


@drawn
def test_reasons_are_larger_verbatim_and_of_one_size_whatever_the_level(screens: list[Drawn]) -> None:
    for language in {screen.language for screen in screens}:
        shown = [screen for screen in larger(screens) if screen.name.startswith("reasons-")]
        found: set[float] = set()
        for of in Level:
            given = snapshots.reasons(language, of=of).reasons
            for text in [BOOK.reason(language, reason.code, reason.text) for reason in given]:
                ems = sizes([s for s in shown if s.name.startswith(f"reasons-{of.value}-")], language, text)
                assert ems, (language, text)
                assert min(ems) > as_it_was(screens, language, text), (language, text)
                found |= ems
        assert len(found) == 1, (language, found)


@drawn
def test_titles_are_larger(screens: list[Drawn]) -> None:
    for language in {screen.language for screen in screens}:
        texts = BOOK.of(language)
        for title in (texts.level_title, texts.reasons_title):
            grown = sizes(larger(screens), language, title)
            assert min(grown) > as_it_was(screens, language, title), (language, title)


@pytest.fixture
def window() -> Iterator[WindowProcess]:
    with WindowProcess(clock="system") as started:
        yield started


def is_larger(window: WindowProcess) -> bool:
    return "标准字" in [text["text"] for text in window.texts()]


def grows(window: WindowProcess) -> None:
    """Touch 大字, and wait for the screen: it is made in slices."""
    window.tap("ChangeSize")
    until(lambda: is_larger(window), what="larger letters")


def test_a_second_touch_goes_back(window: WindowProcess) -> None:
    window.show(snapshots.level(number=1, visit="first"))
    assert not is_larger(window)
    grows(window)
    window.tap("ChangeSize")
    until(lambda: not is_larger(window), what="letters as they were")


def test_it_lasts_through_the_visit_and_not_to_the_next_citizen(window: WindowProcess) -> None:
    window.show(snapshots.level(number=1, visit="first"))
    grows(window)
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
    grows(window)
    window.show(snapshots.idle(number=2))
    window.show(snapshots.level(number=3, visit="second"))
    assert not is_larger(window)


def test_the_device_is_told_of_a_finger_and_of_nothing_else(window: WindowProcess) -> None:
    window.show(snapshots.level(number=1))
    window.tap("ChangeSize")
    assert window.event("TouchDown")["target"] is None
    assert window.event("TouchUp")["touch"]
    until(lambda: is_larger(window), what="larger letters")


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
    window.show(snapshots.level(number=2))  # in the letters that were asked for last
    window.tap("LevelTile", 2)
    while (target := window.event("TouchDown")["target"]) is None:
        pass
    assert target == ["LevelTile", 2]


@pytest.mark.parametrize("panel", [SEVEN[0], SEVEN[3]], ids=str)
def test_a_tile_that_is_touched_is_the_same_level_in_both_sizes(panel: Panel) -> None:
    with WindowProcess(size=panel.size, clock="system", **panel.ui) as window:
        window.show(snapshots.level(number=1))
        for asks in (False, True):
            if asks:
                window.tap("ChangeSize")
                assert window.event("TouchDown")["target"] is None
                until(lambda: is_larger(window), what="larger letters")
            for level in (5, 4, 3, 2, 1):
                window.tap("LevelTile", level)
                assert window.event("TouchDown")["target"] == ["LevelTile", level]


@pytest.mark.parametrize("language", shipped())
def test_it_is_offered_on_screens_that_grow_and_on_no_others(language: str) -> None:
    for name, snapshot in snapshots.samples(language).items():
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
