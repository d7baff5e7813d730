"""Every language, drafts too, drawn for real where room is shortest: whole, apart, chosen by touch."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui import snapshots
from tests.ui.panels import DRAFTED, TIGHT
from tests.ui.seeing import Part
from tests.ui.sittings import Drawn
from tests.ui.window_process import WindowProcess

HALLS = [
    ("zh-Hans", "ug"),
    ("bo", "zh-Hans"),
    ("en", "zh-Hans", "bo", "ii", "ug", "zh-Hant"),
]

drawn_in_drafts = pytest.mark.parametrize("screens", DRAFTED, indirect=True, ids=str, scope="session")


def parts_of(screens: list[Drawn], name: str) -> list[Part]:
    (found,) = (screen.parts for screen in screens if screen.name == name)
    return found


@drawn_in_drafts
def test_the_five_levels_keep_their_order_where_screens_are_mirrored(screens: list[Drawn]) -> None:
    width, height = screens[0].panel.size
    for name in ("level-ug", "level-bo"):
        tiles = [part for part in parts_of(screens, name) if part.get("target", [""])[0] == "LevelTile"]
        places = sorted((tile["x"] if width > height else -tile["y"], tile["target"][1]) for tile in tiles)
        assert [level for _, level in places] == [5, 4, 3, 2, 1]
    for name in ("spoken-ug", "spoken-changing-broken-ug", "spoken-bo"):
        columns = [part for part in parts_of(screens, name) if part.get("target", [""])[0] == "ExploreTile"]
        of_a_column = sorted(
            (part["x"] if width > height else -part["y"], part["target"][1]["level"]) for part in columns
        )
        assert [level for _, level in of_a_column] == [5, 4, 3, 2, 1], name


@drawn_in_drafts
def test_a_screen_is_mirrored_from_its_first_frame_on(screens: list[Drawn]) -> None:
    for name in ("receipt-word", "receipt-code", "words"):
        (back,) = (p for p in parts_of(screens, f"{name}-bo") if p.get("target") == ["ButtonTile", "back"])
        (mirrored,) = (
            p for p in parts_of(screens, f"{name}-ug") if p.get("target") == ["ButtonTile", "back"]
        )
        width, _ = screens[0].panel.size
        assert (back["x"] < width / 2) is not (mirrored["x"] < width / 2), name


@drawn_in_drafts
def test_a_screen_read_from_the_right_begins_there(screens: list[Drawn]) -> None:
    width, _ = screens[0].panel.size

    def language_button(name: str) -> Part:
        (button,) = (p for p in parts_of(screens, name) if p.get("target") == ["ChooseLanguage"])
        return button

    assert language_button("reasons-1-0-ug")["x"] < width / 2
    assert language_button("reasons-1-0-bo")["x"] > width / 2


@pytest.mark.parametrize("hall", HALLS, ids="+".join)
def test_the_greetings_and_buttons_of_a_hall_are_whole(hall: tuple[str, ...]) -> None:
    number = 0
    for size in TIGHT:
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
