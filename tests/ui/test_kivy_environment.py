"""Where the window is opened, without anybody saying so."""

import subprocess
import sys
from pathlib import Path

import pytest

from ui.kivy_environment import video_driver


@pytest.mark.parametrize(
    ("environment", "outputs", "driver"),
    [
        ({"DISPLAY": ":0"}, {"card0-HDMI-A-1": "connected"}, "x11"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, {}, "wayland"),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, {}, "wayland,x11"),
        ({}, {"card1-DSI-1": "connected", "card1-HDMI-A-1": "disconnected"}, "kmsdrm"),
        ({}, {"card0-HDMI-A-1": "disconnected"}, "offscreen"),  # a card, and no screen
        ({}, {}, "offscreen"),
        ({"DISPLAY": ""}, {}, "offscreen"),
        ({"SDL_VIDEODRIVER": "offscreen", "DISPLAY": ":0"}, {}, "offscreen"),
    ],
)
def test_the_driver_follows_what_there_is(
    tmp_path: Path, environment: dict[str, str], outputs: dict[str, str], driver: str
) -> None:
    for output, status in outputs.items():
        (tmp_path / output).mkdir()
        (tmp_path / output / "status").write_text(f"{status}\n")
    assert video_driver(environment, connectors=tmp_path) == driver


def test_a_machine_without_graphics_cards_draws_off_screen(tmp_path: Path) -> None:
    assert video_driver({}, connectors=tmp_path / "drm") == "offscreen"


CONFIGURED = """
import os, sys, tempfile
import subprocess
import sys
from pathlib import Path
from device.settings import UiSection
from ui.kivy_environment import configure, prepare

with tempfile.TemporaryDirectory() as home:
    prepare(Path(home), sys.argv[1])
    configure(UiSection(rotation=90), driver=sys.argv[1])
    from kivy.config import Config

    for section, name in [
        ("kivy", "exit_on_escape"), ("graphics", "allow_screensaver"), ("graphics", "show_cursor"),
        ("graphics", "fullscreen"), ("graphics", "rotation"),
    ]:
        print(name, Config.get(section, name))
    for name, value in Config.items("input"):
        print("input", value)
"""


@pytest.mark.parametrize(
    ("driver", "covers", "provider"),
    [
        ("kmsdrm", True, "probesysfs,provider=mtdev,select_all=0"),
        ("wayland,x11", True, "mouse,disable_multitouch"),
        ("offscreen", False, "mouse,disable_multitouch"),
    ],
)
def test_nobody_leaves_the_screen_and_each_touch_comes_from_one_provider_and_is_turned_once(
    driver: str, provider: str, *, covers: bool
) -> None:
    """In a process of its own: Kivy's settings are the process's."""
    told = subprocess.run(
        [sys.executable, "-c", CONFIGURED, driver], capture_output=True, text=True, check=True
    )
    assert told.stdout.splitlines() == [
        "exit_on_escape 0",
        "allow_screensaver 0",
        f"show_cursor {0 if covers else 1}",
        f"fullscreen {'auto' if covers else 0}",
        "rotation 90",
        f"input {provider}",
    ]
