"""The window: what it tells of drawing and touching, and how it begins and ends."""

from __future__ import annotations

import dataclasses
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from device.clock import SystemClock
from device.level import Level
from device.snapshot import Countdown, Notice, Snapshot
from tests.ui import snapshots
from tests.ui.window_process import WindowProcess, middle, target_of


def test_a_snapshot_is_told_as_drawn_with_its_number() -> None:
    with WindowProcess() as window:
        window.show_soon(snapshots.idle(number=7))
        assert window.event("Drawn")["number"] == 7
        window.show_soon(snapshots.idle(number=8))  # looks the same, and is drawn all the same
        assert window.event("Drawn")["number"] == 8


def test_of_many_snapshots_at_once_the_newest_is_drawn_last() -> None:
    with WindowProcess() as window:
        for number in range(1, 101):
            window.show_soon(snapshots.level(number=number))
        drawn = [window.event("Drawn")["number"]]
        while drawn[-1] < 100:
            drawn.append(window.event("Drawn")["number"])
        assert drawn == sorted(set(drawn))


def test_a_finger_on_a_tile_is_told_with_the_snapshot_that_was_drawn() -> None:
    with WindowProcess() as window:
        window.show(snapshots.level(number=3))
        tile = target_of(window.targets(), "LevelTile", 2)
        window.touch("a", *middle(tile))
        down = window.event("TouchDown")
        assert (down["target"], down["shown"]) == (["LevelTile", 2], 3)
        assert target_of(window.targets(), "LevelTile", 2)["pressed"]
        window.lift("a")
        assert window.event("TouchUp")["touch"] == down["touch"]
        assert not any(target["pressed"] for target in window.targets())


def test_a_finger_beside_every_target_is_told_without_one() -> None:
    with WindowProcess() as window:
        window.show(snapshots.level(number=3))
        window.touch("a", 512, 497)  # below the header
        assert window.event("TouchDown")["target"] is None
        window.lift("a")
        window.event("TouchUp")


def test_several_fingers_have_names_of_their_own() -> None:
    with WindowProcess() as window:
        window.show(snapshots.level(number=3))
        one, other = (target_of(window.targets(), "LevelTile", level) for level in (5, 1))
        window.touch("a", *middle(one))
        window.touch("b", *middle(other))
        downs = [window.event("TouchDown") for _ in range(2)]
        assert len({down["touch"] for down in downs}) == 2
        window.lift("a")
        assert window.event("TouchUp")["touch"] == downs[0]["touch"]
        window.lift("b")
        assert window.event("TouchUp")["touch"] == downs[1]["touch"]


@pytest.mark.parametrize(
    ("snapshot", "targets"),
    [
        (snapshots.idle(), [["LanguageTile", "en"]]),
        (
            snapshots.level(),
            [
                ["ButtonTile", "decline"],
                ["ChangeSize"],
                ["LanguageTile", "en"],
                *(["LevelTile", n] for n in range(1, 6)),
            ],
        ),
        (
            snapshots.reasons(page=2, pages=1),
            [
                ["ButtonTile", "change"],
                ["ButtonTile", "finish"],
                ["ButtonTile", "words"],
                ["ChangeSize"],
                ["LanguageTile", "en"],
                ["ReasonTile", "213"],
                ["ReasonTile", "214"],
            ],
        ),
        (snapshots.thanks(), [["ChangeSize"], ["LanguageTile", "en"]]),
    ],
    ids=lambda value: value.screen if hasattr(value, "screen") else None,
)
def test_only_what_can_be_used_now_can_be_touched(snapshot: Snapshot, targets: list[list[object]]) -> None:
    with WindowProcess() as window:
        window.show(snapshots.reasons(number=1))  # so that something must go
        window.show(dataclasses.replace(snapshot, number=2))
        assert sorted(part["target"] for part in window.targets()) == targets


def test_a_press_is_forgotten_when_the_screen_changes_under_the_finger() -> None:
    with WindowProcess() as window:
        window.show(snapshots.level(number=1))
        window.touch("a", *middle(target_of(window.targets(), "LevelTile", 4)))
        window.event("TouchDown")
        window.show(snapshots.reasons(number=2))
        window.show(snapshots.level(number=3))
        assert not any(target["pressed"] for target in window.targets())
        window.lift("a")
        window.event("TouchUp")


def test_the_seconds_go_on_by_themselves_without_a_new_snapshot_and_without_a_new_picture(
    tmp_path: Path,
) -> None:
    picture = tmp_path / "screen.png"
    with WindowProcess(clock="system", screenshot=picture) as window:
        until_ms = SystemClock().mono_ms() + 30_000
        window.picture(snapshots.level(number=1, countdown=Countdown(until_ms, 30_000)))
        written = picture.stat().st_mtime_ns

        def seconds() -> str:
            return next(part["text"] for part in window.texts() if part["text"].startswith("还剩"))

        first = seconds()
        window.until(lambda: seconds() != first)
        assert picture.stat().st_mtime_ns == written


def test_the_picture_file_ends_up_with_the_newest_screen(tmp_path: Path) -> None:
    picture = tmp_path / "screen.png"
    with WindowProcess(screenshot=picture) as window:
        newest = window.picture(snapshots.thanks(number=1))
        for number in range(2, 12):
            window.show_soon(snapshots.level(number=number, pressed=Level(1 + number % 5)))
        window.show(snapshots.thanks(number=12))
    with Image.open(picture) as image:
        assert image.tobytes() == newest.tobytes()


def test_a_screen_that_asks_nothing_rests_and_a_touch_wakes_it() -> None:
    with WindowProcess(clock="system") as window:
        window.show(snapshots.idle(number=1))
        # What is asked is heard together with what it is asked after: it rests only two seconds later.
        window.show_soon(snapshots.idle(number=2))
        assert window.inspect()["fps"] == 60
        window.until(lambda: window.inspect()["fps"] == 10)
        window.touch("a", 10, 590)
        assert window.inspect()["fps"] == 60  # passes over the touch where that is told first
        window.until(lambda: "TouchDown" in [event["event"] for event in window.heard])
        window.lift("a")


def test_the_language_and_a_notice_change_in_place() -> None:
    with WindowProcess() as window:
        window.show(snapshots.idle(number=1))
        assert "办理完成后，欢迎您评价本次服务" in [part["text"] for part in window.texts()]
        window.show(snapshots.idle("en", number=2, notice=Notice.NOT_INVITED))
        texts = [part["text"] for part in window.texts()]
        assert "One moment, please: we will ask you when we have served you" in texts
        assert "中文" in texts


def test_it_ends_at_once_by_a_signal_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with WindowProcess() as window:
        window.show(snapshots.idle(number=1))
        assert [path.name.startswith("chuangping-kivy-") for path in tmp_path.iterdir()] == [True]
        assert window.terminate() == 0
    assert list(tmp_path.iterdir()) == []


def test_it_writes_no_traceback_and_no_level_to_the_log() -> None:
    with WindowProcess() as window:
        window.show(snapshots.level(number=1, pressed=Level(2)))
        window.touch("a", *middle(target_of(window.targets(), "LevelTile", 2)))
        window.event("TouchDown")
        window.lift("a")
        window.event("TouchUp")
    assert "Traceback" not in window.errors
    assert "LevelTile" not in window.errors


def test_a_desktop_that_cannot_be_reached_is_an_error_and_not_a_window_nobody_sees() -> None:
    with WindowProcess(display=":987") as window:
        pass
    assert "HardwareError: no window can be opened (SDL video driver x11)" in window.errors


def test_a_real_click_under_x_is_one_touch_of_the_tile(
    x_display: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", x_display)
    with WindowProcess(display=x_display) as window:
        window.show(snapshots.level(number=1))
        for level in (5, 1):
            x, y = middle(target_of(window.targets(), "LevelTile", level))
            subprocess.run(
                ["xdotool", "mousemove", str(round(x)), str(round(600 - y)), "click", "1"], check=True
            )
            down = window.event("TouchDown", "TouchUp")
            assert (down["event"], down["target"]) == ("TouchDown", ["LevelTile", level])
            up = window.event("TouchDown", "TouchUp")
            assert (up["event"], up["touch"]) == ("TouchUp", down["touch"])
        for button in ("2", "3", "4", "5"):  # other buttons and the wheel are no fingers
            subprocess.run(["xdotool", "click", button], check=True)
        subprocess.run(["xdotool", "mousemove", "5", "300", "click", "1"], check=True)
        assert window.event("TouchDown")["target"] is None
