"""Every language, drafts too, drawn for real where room is shortest: whole, apart, chosen by touch."""

from __future__ import annotations

import dataclasses
from itertools import combinations
from typing import Any

import pytest

from tests.ui import snapshots
from tests.ui.panels import SEVEN, Panel
from tests.ui.test_screens import inside, overlap
from tests.ui.window_process import WindowProcess
from ui.layout import LINE_HEIGHT, TARGET_LEAST_MM, TEXT_LEAST_MM
from ui.texts import shipped

TIGHT = (SEVEN[1], SEVEN[3])  # lying and standing
HALLS = [
    ("zh-Hans", "ug"),
    ("bo", "zh-Hans"),
    ("en", "zh-Hans", "bo", "ii", "ug", "zh-Hant"),
]

Part = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Drawn:
    """What every screen consists of on `panel`, by its name and language."""

    panel: Panel
    screens: dict[str, list[Part]]

    @property
    def pitch(self) -> float:
        return self.panel.layout.pitch_mm

    def each(self, kind: str) -> list[tuple[str, list[Part]]]:
        return [(name, [p for p in parts if kind in p]) for name, parts in self.screens.items()]


@pytest.fixture(scope="module", params=TIGHT, ids=str)
def drawn(request: pytest.FixtureRequest) -> Drawn:
    """Every screen in the languages that `test_screens` does not draw."""
    found: dict[str, list[Part]] = {}
    number = 0
    with WindowProcess(size=request.param.size, languages=shipped(), **request.param.ui) as window:
        for language in sorted({*shipped()} - {*snapshots.LANGUAGES}):
            for name, snapshot in snapshots.every_screen(language).items():
                number += 1
                window.show(dataclasses.replace(snapshot, number=number))
                found[f"{name}-{language}"] = window.inspect()["found"]
    return Drawn(request.param, found)


def test_every_text_is_there_in_full_within_the_screen(drawn: Drawn) -> None:
    for name, texts in drawn.each("text"):
        assert [text["text"] for text in texts if text["cut"]] == [], name
        assert [text for text in texts if not inside(text, drawn.panel.size)] == [], name


def test_no_text_is_small_low_or_on_another(drawn: Drawn) -> None:
    for name, texts in drawn.each("text"):
        for text in texts:
            assert text["em"] * drawn.pitch >= TEXT_LEAST_MM, (name, text)
            assert text["height"] >= text["em"] * LINE_HEIGHT - 0.5, (name, text)
        for one, other in combinations(texts, 2):
            assert not overlap(one, other), (name, one, other)


def test_no_target_is_small_or_on_another(drawn: Drawn) -> None:
    for name, targets in drawn.each("target"):
        for target in targets:
            assert min(target["width"], target["height"]) * drawn.pitch >= TARGET_LEAST_MM, (name, target)
        for one, other in combinations(targets, 2):
            assert not overlap(one, other), (name, one, other)


def test_the_five_levels_keep_their_order_where_screens_are_mirrored(drawn: Drawn) -> None:
    width, height = drawn.panel.size
    for name in ("level-ug", "level-bo"):
        tiles = [part for part in drawn.screens[name] if part.get("target", [""])[0] == "LevelTile"]
        places = sorted((tile["x"] if width > height else -tile["y"], tile["target"][1]) for tile in tiles)
        assert [level for _, level in places] == [5, 4, 3, 2, 1]
    for name in ("spoken-ug", "spoken-changing-broken-ug", "spoken-bo"):
        columns = [part for part in drawn.screens[name] if part.get("target", [""])[0] == "ExploreTile"]
        of_a_column = sorted(
            (part["x"] if width > height else -part["y"], part["target"][1]["level"]) for part in columns
        )
        assert [level for _, level in of_a_column] == [5, 4, 3, 2, 1], name


def test_a_screen_is_mirrored_from_its_first_frame_on(drawn: Drawn) -> None:
    for name in ("receipt-word", "receipt-code", "words"):
        (back,) = (p for p in drawn.screens[f"{name}-bo"] if p.get("target") == ["ButtonTile", "back"])
        (mirrored,) = (p for p in drawn.screens[f"{name}-ug"] if p.get("target") == ["ButtonTile", "back"])
        width, _ = drawn.panel.size
        assert (back["x"] < width / 2) is not (mirrored["x"] < width / 2), name


def test_a_screen_read_from_the_right_begins_there(drawn: Drawn) -> None:
    width, _ = drawn.panel.size

    def language_button(name: str) -> Part:
        (button,) = (p for p in drawn.screens[name] if p.get("target") == ["ChooseLanguage"])
        return button

    assert language_button("reasons-1-0-ug")["x"] < width / 2
    assert language_button("reasons-1-0-bo")["x"] > width / 2


@pytest.mark.parametrize("hall", HALLS, ids="+".join)
def test_the_greetings_and_buttons_of_a_hall_are_whole(hall: tuple[str, ...]) -> None:
    number = 0
    for size in ((800, 480), (600, 1024)):
        with WindowProcess(size=size, languages=hall) as window:
            for language in hall:
                number += 1
                window.show(snapshots.idle(language, number=number, clerk="C0231"))
                number += 1
                assert [text["text"] for text in window.texts() if text["cut"]] == []
                window.show(snapshots.level(language, number=number))
                assert [text["text"] for text in window.texts() if text["cut"]] == []


@pytest.fixture
def window() -> Any:
    with WindowProcess(languages=("zh-Hans", "en", "bo"), clock="system") as started:
        yield started


def test_a_language_is_chosen_from_a_panel_and_the_screen_comes_back_in_it(window: WindowProcess) -> None:
    window.show(snapshots.level(number=1))
    window.tap("ChooseLanguage")
    assert {text["text"] for text in window.texts()} == {"请选择语言", "中文", "English", "བོད་ཡིག"}
    assert all(t["height"] >= 12 / 0.15 for t in window.targets())
    window.tap("LanguageTile", "bo")
    assert window.event("TouchDown")["target"] == ["LanguageTile", "bo"]
    window.show(snapshots.level("bo", number=2))
    assert "ཡིད་ཚིམ།" in [text["text"] for text in window.texts()]


def test_opening_and_leaving_the_panel_tells_nothing_but_that_somebody_touched(window: WindowProcess) -> None:
    window.show(snapshots.idle(number=1))
    window.tap("ChooseLanguage")
    window.tap("KeepLanguage")
    window.until(lambda: ["ChooseLanguage"] in [part["target"] for part in window.targets()])
    assert {event["event"] for event in window.heard} & {"TouchDown", "TouchUp"} == set()
    assert "Typed" in {event["event"] for event in window.heard}


def test_no_finger_is_felt_just_after_the_panel_has_gone(window: WindowProcess) -> None:
    window.show(snapshots.level(number=1))
    places = {tuple(part["target"]): part for part in window.targets()}
    tile = places["LevelTile", 5]

    def felt_nothing() -> bool:
        window.tap("ChooseLanguage")
        window.tap("KeepLanguage")
        window.touch("again", tile["x"] + 5, tile["y"] + 5)  # in the same breath, unless the machine is slow
        window.lift("again")
        window.until(lambda: not window.inspect()["deaf"])
        window.touch("beside", 2, 2)
        window.lift("beside")
        first = window.event("TouchDown")["target"]
        if first is not None:
            window.event("TouchDown")
        return first is None

    window.until(felt_nothing)


def test_the_panel_goes_when_the_same_screen_comes_for_the_next_citizen(window: WindowProcess) -> None:
    window.show(snapshots.level(number=1, visit="first"))
    window.tap("ChooseLanguage")
    window.show(snapshots.level(number=2, visit="first", matter="换一件事"))
    assert "请选择语言" in [text["text"] for text in window.texts()]
    window.show(snapshots.level(number=3, visit="second"))
    assert "请评价本次服务" in [text["text"] for text in window.texts()]


def test_the_panel_goes_when_another_screen_comes(window: WindowProcess) -> None:
    window.show(snapshots.idle(number=1))
    window.tap("ChooseLanguage")
    window.show(snapshots.level(number=2))
    assert "请评价本次服务" in [text["text"] for text in window.texts()]
