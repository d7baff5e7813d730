"""The screen that speaks under a finger: what it says, what a finger on it sends, what a console prints."""

from __future__ import annotations

import dataclasses

import pytest

from device.events import Button, ButtonTile, ConfirmTile, ExploreTile, LevelTile, ReasonTile
from device.level import Level
from device.snapshot import Snapshot
from tests.ui import snapshots
from tests.ui.window_process import WindowProcess, middle
from ui.console import lines
from ui.layout import Layout
from ui.presenter import present
from ui.texts import load_texts
from ui.views import IdleView, LevelView, SpokenView

BOOK = load_texts()
SIZES = [(1024, 600), (600, 1024)]


def spoken(snapshot: Snapshot) -> SpokenView:
    view = present(snapshot, BOOK, snapshots.NOW)
    assert isinstance(view, SpokenView)
    return view


def test_the_levels_are_columns_in_the_order_of_the_tiles() -> None:
    view = spoken(snapshots.level(columns=True))
    assert [column.word for column in view.columns] == [
        "非常满意",
        "满意",
        "基本满意",
        "不满意",
        "非常不满意",
    ]
    assert [column.target for column in view.columns] == [
        ExploreTile(LevelTile(level)) for level in sorted(Level, reverse=True)
    ]


def test_the_figures_are_those_of_the_keys_wherever_they_are() -> None:
    levels = tuple(Level(n) for n in (5, 4, 3, 2, 1))
    view = spoken(snapshots.level(columns=True, key_levels=levels, explored=1))
    assert [column.figure for column in view.columns] == ["1", "2", "3", "4", "5"]
    assert [column.explored for column in view.columns] == [True, False, False, False, False]


def test_the_bar_names_what_was_explored_and_before_that_what_to_do() -> None:
    assert spoken(snapshots.level(columns=True)).confirm.text == "听过之后，按这里选定"
    view = spoken(snapshots.level(columns=True, explored=2))
    assert (view.confirm.text, view.confirm.target) == ("选定：不满意", ConfirmTile())


def test_reasons_are_columns_with_what_keys_4_and_5_do() -> None:
    view = spoken(snapshots.reasons(columns=True))
    assert [column.target for column in view.columns] == [
        *(ExploreTile(ReasonTile(code)) for code in ("207", "208", "209")),
        ExploreTile(ButtonTile(Button.MORE)),
        ExploreTile(ButtonTile(Button.FINISH)),
    ]
    assert [column.chosen for column in view.columns] == [False, True, False, False, False]


def test_the_reasons_are_in_the_language_of_the_screen() -> None:
    view = spoken(snapshots.reasons("en", columns=True, explored=1))
    assert view.columns[0].word == "No sample papers were provided"
    assert view.confirm.text == "Choose: No sample papers were provided"


@pytest.mark.parametrize("language", snapshots.LANGUAGES)
def test_the_button_is_there_when_it_is_offered_and_only_then(language: str) -> None:
    for make in (snapshots.idle, snapshots.level):
        for offered in (True, False):
            view = present(make(language, read_aloud=offered), BOOK, snapshots.NOW)
            assert isinstance(view, IdleView | LevelView)
            button = view.read_aloud if isinstance(view, IdleView) else view.header.read_aloud
            assert (button is not None) is offered
            assert button is None or button.target == ButtonTile(Button.READ_ALOUD)


def test_a_console_prints_the_same_whatever_was_explored() -> None:
    said = {lines(spoken(snapshots.level(columns=True, explored=key))) for key in range(1, 6)}
    assert len(said) == 1
    of = {lines(spoken(snapshots.reasons(of=level, columns=True))) for level in Level}
    assert len(of) == 1


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_columns_reach_from_edge_to_edge_and_the_bar_along_the_lower_one(size: tuple[int, int]) -> None:
    layout = Layout(*size)
    with WindowProcess(size=size) as window:
        window.show(snapshots.level(number=1, columns=True))
        parts = window.targets()
    columns = [part for part in parts if part["target"][0] == "ExploreTile"]
    (bar,) = [part for part in parts if part["target"][0] == "ConfirmTile"]
    assert len(columns) == 5
    assert min(part["x"] for part in columns) <= layout.px(1)
    assert bar["x"] <= layout.px(1)
    assert max(part["x"] + part["width"] for part in columns) >= size[0] - layout.px(1)
    assert bar["y"] <= layout.px(1)
    assert bar["width"] >= size[0] - 2 * layout.px(1)
    assert bar["height"] * layout.pitch_mm >= 15
    assert all(part["height"] * layout.pitch_mm >= 14 for part in columns)


def test_a_finger_on_a_column_explores_it_and_one_on_the_bar_confirms() -> None:
    with WindowProcess() as window:
        window.show(snapshots.level(number=1, columns=True))
        for kind in ("ExploreTile", "ConfirmTile"):
            part = next(part for part in window.targets() if part["target"][0] == kind)
            window.touch("finger", *middle(part))
            assert window.event("TouchDown")["target"] == part["target"]


def test_pages_with_fewer_reasons_have_fewer_columns_and_come_back() -> None:
    with WindowProcess() as window:
        for number, page in enumerate((0, 2, 0), start=1):
            snapshot = snapshots.reasons(page=page, columns=True)
            window.show(dataclasses.replace(snapshot, number=number))
            shown = [part["target"] for part in window.targets() if part["target"][0] == "ExploreTile"]
            assert len(shown) == len(snapshot.reasons) + 2
