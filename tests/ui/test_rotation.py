"""A panel mounted standing, or upside down: the picture is upright, and a finger meets what it sees."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import ImageChops

from device.snapshot import Snapshot
from tests.ui import snapshots
from tests.ui.display_process import on_panel
from tests.ui.window_process import WindowProcess, middle, target_of

PANEL = (1024, 600)
ROTATIONS = (0, 90, 180, 270)
SCREENS = (snapshots.level(number=1), snapshots.idle("en", number=2))


def level_and_idle(window: WindowProcess) -> list[bytes]:
    return [window.picture(snapshot).tobytes() for snapshot in SCREENS]


@pytest.fixture(scope="module")
def never_turned(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, list[bytes]]:
    """The pictures of a panel that was made lying, and of one that was made standing."""
    found = {}
    for standing in (False, True):
        picture = tmp_path_factory.mktemp("panel") / "screen.png"
        with WindowProcess(size=PANEL[::-1] if standing else PANEL, screenshot=picture) as window:
            found[standing] = level_and_idle(window)
    return found


@pytest.fixture(scope="module", params=ROTATIONS)
def turned(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[int, WindowProcess]]:
    """A panel turned by one of ROTATIONS, and its window."""
    picture = tmp_path_factory.mktemp("turned") / "screen.png"
    with WindowProcess(size=PANEL, screenshot=picture, rotation=request.param) as window:
        yield request.param, window


def test_the_picture_of_a_turned_panel_is_that_of_one_made_so(
    turned: tuple[int, WindowProcess], never_turned: dict[bool, list[bytes]]
) -> None:
    rotation, window = turned
    assert level_and_idle(window) == never_turned[rotation in {90, 270}]


def test_a_finger_on_the_panel_is_one_touch_of_what_is_drawn_there(
    turned: tuple[int, WindowProcess],
) -> None:
    _, window = turned
    window.show(snapshots.level(number=3))
    # But 大字, of which a finger tells nobody.
    targets = [part for part in window.targets() if part["target"] != ["ChangeSize"]]
    assert len(targets) == 7
    for target in targets:
        window.touch("a", *middle(target))
        down = window.event("TouchDown", "TouchUp")
        assert (down["event"], down["target"]) == ("TouchDown", target["target"])
        window.lift("a")
        assert window.event("TouchDown", "TouchUp")["touch"] == down["touch"]


@pytest.mark.parametrize("rotation", ROTATIONS)
def test_a_real_click_meets_what_is_drawn_there(
    rotation: int, x_display: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", x_display)
    with WindowProcess(size=PANEL, display=x_display, rotation=rotation) as window:
        window.show(snapshots.level(number=1))
        targets = window.targets()
        for wanted in (["LevelTile", 5], ["LevelTile", 1], ["LanguageTile", "en"]):
            x, y = on_panel(*middle(target_of(targets, *wanted)), PANEL, rotation)
            subprocess.run(
                ["xdotool", "mousemove", str(round(x)), str(round(PANEL[1] - y)), "click", "1"], check=True
            )
            down = window.event("TouchDown", "TouchUp")
            assert (down["event"], down["target"]) == ("TouchDown", wanted)
            assert window.event("TouchDown", "TouchUp")["touch"] == down["touch"]


def test_a_real_glass_shows_the_picture_turned_to_the_left(tmp_path: Path) -> None:
    """Against a picture that nothing of ours has turned back: as `on_panel` takes it to be."""
    snapshot: Snapshot = snapshots.level(number=1)
    with WindowProcess(size=PANEL, rotation=90) as window:
        window.show(snapshot)
        raw = window.photograph(tmp_path / "raw.png", raw=True)
        tile = target_of(window.targets(), "LevelTile", 5)
    with WindowProcess(size=PANEL[::-1], screenshot=tmp_path / "standing.png") as window:
        standing = window.picture(snapshot)
    assert raw.size == PANEL
    corners = [(tile["x"], tile["y"]), (tile["x"] + tile["width"], tile["y"] + tile["height"])]
    (x0, y0), (x1, y1) = (on_panel(x, y, PANEL, 90) for x, y in corners)
    left, right, low, high = *sorted((x0, x1)), *sorted((y0, y1))
    on_glass = raw.crop((round(left), round(600 - high), round(right), round(600 - low)))
    box = (tile["x"], 1024 - tile["y"] - tile["height"], tile["x"] + tile["width"], 1024 - tile["y"])
    drawn = standing.crop(tuple(map(round, box)))
    assert ImageChops.difference(on_glass, drawn.rotate(90, expand=True)).getbbox() is None
