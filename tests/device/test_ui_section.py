"""What [ui] says of the glass and of the night must agree."""

from __future__ import annotations

import dataclasses

import pytest

from device.settings import UiSection

SECTION = UiSection()


def faults(**changes: object) -> list[str]:
    return dataclasses.replace(SECTION, **changes).faults()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"width": 800, "height": 480},
        {"width": 600, "height": 1024},
        {"width": 1280, "height": 800, "diagonal_in": 10.1},
        {"width": 1024, "height": 768, "diagonal_in": 8.4},
        {"width": 1080, "height": 1920, "diagonal_in": 21.5},
        {"width": 800, "height": 480, "diagonal_in": 10.1},
        {"rotation": 270},
        {"type": "large", "diagonal_in": 8.0},
        {"night_from": "20:00", "night_to": "07:30"},
        {"night_from": "00:00", "night_to": "23:59"},
        {"night_from": "20:00", "night_to": "07:30", "night_backlight": 1},
    ],
)
def test_what_is_supported_has_no_fault(changes: dict[str, object]) -> None:
    assert faults(**changes) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"width": 1920, "height": 1200, "diagonal_in": 10.1}, "width: is 1920, height 1200; must be"),
        ({"width": 640, "height": 480}, "width: is 640, height 480; must be 800 x 480 to 1920 x 1080"),
        ({"width": 480, "height": 480}, "width: is 480"),
        ({"width": 1024, "height": 768}, "diagonal_in: is 7; such a glass has 142 x 107 mm and must have"),
        ({"diagonal_in": 15.6}, "diagonal_in: is 15.6; 1024 x 600 pixels of 0.33 mm are too coarse"),
        ({"rotation": 45}, "rotation: is 45; must be 0, 90, 180 or 270"),
        ({"type": "large"}, "type: is large; a glass of 7 inches has no room for larger letters"),
        ({"night_backlight": 20}, "night_backlight: is 20; needs night_from and night_to"),
        ({"night_from": "20:00"}, "night_to: is missing; a night begins and ends"),
        ({"night_to": "07:00"}, "night_from: is missing; a night begins and ends"),
        ({"night_from": "24:00", "night_to": "07:00"}, "night_from: is '24:00'; must be a time from 00:00"),
        ({"night_from": "20.00", "night_to": "07:00"}, "night_from: is '20.00'; must be a time from 00:00"),
        ({"night_from": "20:00", "night_to": "20:00"}, "night_to: is '20:00', as night_from"),
    ],
)
def test_what_is_not_is_told(changes: dict[str, object], said: str) -> None:
    (fault,) = faults(**changes)
    assert fault.startswith(said)


@pytest.mark.parametrize(
    ("rotation", "upright"), [(0, (1024, 600)), (90, (600, 1024)), (180, (1024, 600)), (270, (600, 1024))]
)
def test_a_glass_that_is_turned_stands_upright(rotation: int, upright: tuple[int, int]) -> None:
    assert UiSection(rotation=rotation).upright == upright
