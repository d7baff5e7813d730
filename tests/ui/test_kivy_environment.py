"""Where the window is opened, without anybody saying so."""

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
