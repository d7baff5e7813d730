"""The window at the beginning and the end of a night, with the fake clock at 10:15."""

from __future__ import annotations

from pathlib import Path

from device.level import Level
from device.snapshot import Snapshot
from tests.ui import snapshots
from tests.ui.seeing import luminance, shades
from tests.ui.window_process import WindowProcess

TO_THE_NIGHT_MS = 5 * 60_000
TO_THE_DAY_MS = 10 * 60_000
HOURS = {"night_from": "10:20", "night_to": "10:30"}


def is_dark(window: WindowProcess, snapshot: Snapshot) -> bool:
    (_, ground), *_ = shades(window.picture(snapshot))
    return luminance(ground) < 0.05


def test_screens_that_rest_go_dark_and_become_light_again_and_those_that_ask_never_do(tmp_path: Path) -> None:
    with WindowProcess(screenshot=tmp_path / "screen.png", **HOURS) as window:
        assert not is_dark(window, snapshots.idle(number=1))
        window.advance(TO_THE_NIGHT_MS - 1)
        assert not is_dark(window, snapshots.idle(number=2))
        window.advance(1)
        assert is_dark(window, snapshots.idle(number=3))
        assert not is_dark(window, snapshots.level(number=4))
        assert not is_dark(window, snapshots.reasons(number=5))
        assert not is_dark(window, snapshots.thanks(number=6))
        assert is_dark(window, snapshots.paused(number=7))
        assert is_dark(window, snapshots.idle(number=8))
        window.advance(TO_THE_DAY_MS)
        assert not is_dark(window, snapshots.idle(number=9))
        assert not is_dark(window, snapshots.paused(number=10))


def test_at_night_every_level_is_asked_and_thanked_on_the_same_ground(tmp_path: Path) -> None:
    with WindowProcess(screenshot=tmp_path / "screen.png", **HOURS) as window:
        window.advance(TO_THE_NIGHT_MS)
        shown = [
            {
                ground
                for _, ground in shades(window.picture(snapshots.reasons(of=level, number=level.value)))[:1]
            }
            for level in Level
        ]
        assert all(grounds == shown[0] for grounds in shown)
