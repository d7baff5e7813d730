"""The screen for words and a number, drawn for real: typed on by fingers, and telling nobody what."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui import snapshots
from tests.ui.window_process import WindowProcess, target_of
from ui.pinyin import Candidate, load_pinyin


@pytest.fixture
def window(tmp_path: Path) -> Iterator[WindowProcess]:
    with WindowProcess(screenshot=tmp_path / "screen.png") as opened:
        yield opened


def said(window: WindowProcess) -> list[str]:
    return [part["text"] for part in window.texts()]


def type_number(window: WindowProcess, digits: str, script: str = "pinyin") -> None:
    window.tap("Open", "number", script)
    for digit in digits:
        window.tap("Put", digit)
    window.tap("Close")


def type_words(window: WindowProcess, letters: str) -> None:
    window.tap("Open", "words", "pinyin")
    for letter in letters:
        window.tap("Put", letter)
    window.tap("Close")


def finish(window: WindowProcess) -> object:
    """The target of the finger on 完成, as the loop is told."""
    window.tap("ButtonTile", "finish")
    return window.event("TouchDown")["target"]


def test_words_and_number_reach_the_loop_once_and_only_with_the_consent(window: WindowProcess) -> None:
    window.show(snapshots.words(number=1))
    type_words(window, "xiexie")
    type_number(window, "13900001234")
    assert finish(window) is None
    assert "请先勾选“我同意”，再按完成" in said(window)
    window.tap("Agree")
    assert finish(window) == [
        "ConfidedTile",
        {"words": "谢谢", "contact": "13900001234", "consent": "2026-1"},
    ]


def test_nothing_typed_and_done_is_back(window: WindowProcess) -> None:
    window.show(snapshots.words(number=1))
    assert finish(window) == ["ButtonTile", "back"]


def test_of_typing_the_loop_hears_at_most_once_a_second_that_and_not_what(window: WindowProcess) -> None:
    window.show(snapshots.words(number=1))  # its clock stands still
    type_number(window, "13900001234")
    window.tap("ButtonTile", "back")
    window.event("TouchUp")
    told = [event for event in window.heard if event["event"] not in {"Drawn", "Beat", "inspected"}]
    assert [event["event"] for event in told] == ["Typed", "TouchDown", "TouchUp"]
    assert told[0] == {"event": "Typed", "at_ms": snapshots.NOW.mono_ms}
    assert told[1]["target"] == ["ButtonTile", "back"]


def test_what_was_typed_is_gone_with_its_screen(window: WindowProcess) -> None:
    window.show(snapshots.words(number=1))
    type_words(window, "xiexie")
    type_number(window, "110")
    window.tap("Agree")
    assert {"谢谢", "110"} <= set(said(window))
    window.show(snapshots.thanks(number=2))
    window.show(snapshots.words(number=3))
    assert not {"谢谢", "110"} & set(said(window))
    assert finish(window) == ["ButtonTile", "back"]


def test_what_was_typed_stays_while_the_seconds_go_down_and_the_language_changes(
    window: WindowProcess,
) -> None:
    window.show(snapshots.words(number=1))
    type_number(window, "110")
    window.show(snapshots.words(number=2, countdown=None))
    window.show(snapshots.words("en", number=3))
    assert "110" in said(window)
    assert "Words or a phone number" in said(window)


def test_no_picture_is_written_of_what_is_typed(tmp_path: Path) -> None:
    picture = tmp_path / "screen.png"
    with WindowProcess(screenshot=picture) as window:
        empty = window.picture(snapshots.words(number=1))
        type_number(window, "110")
        picture.unlink()
        window.show(snapshots.words(number=2, countdown=None))
        assert "110" in said(window)
        thanks = window.picture(snapshots.thanks(number=3))  # written, and nothing was before it
    assert thanks.tobytes() != empty.tobytes()


def test_a_second_tap_of_the_same_finger_types_nothing_on_the_keys_that_came_under_it(
    window: WindowProcess,
) -> None:
    window.show(snapshots.words(number=1))
    row = target_of(window.targets(), "Open", "number", "pinyin")
    for name in "ab":
        window.touch(name, row["x"] + row["width"] / 2, row["y"] + row["height"] / 2)
        window.lift(name)
    window.until(lambda: not window.inspect()["deaf"])
    assert "0/20" in said(window)


def test_the_log_says_nothing_of_what_was_typed() -> None:
    with WindowProcess() as window:
        window.show(snapshots.words(number=1))
        type_words(window, "xiexie")
        type_number(window, "13900001234")
        window.tap("Agree")
        finish(window)
    assert "Traceback" not in window.errors
    assert "谢谢" not in window.errors
    assert "13900001234" not in window.errors


def test_a_word_that_was_offered_is_taken_by_a_touch(window: WindowProcess) -> None:
    window.show(snapshots.words(number=1))
    window.tap("Open", "words", "pinyin")
    for letter in "shijian":
        window.tap("Put", letter)
    first = load_pinyin().candidates("shijian")[0]
    assert first == Candidate("时间", 7)
    window.tap("Pick", dataclasses.asdict(first))
    assert "时间▏" in said(window)


def test_letters_are_shown_as_they_are_typed_with_their_count(window: WindowProcess) -> None:
    window.show(snapshots.words(number=1))
    window.tap("Open", "words", "pinyin")
    window.tap("Use", "latin", False)
    for letter in "abcdefghij" * 4:
        window.tap("Put", letter)
    assert "abcdefghij" * 4 + "▏" in said(window)
    assert "40/150" in said(window)
