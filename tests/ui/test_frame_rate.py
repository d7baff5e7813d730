"""Frames are spent where a finger may come."""

import pytest

from device.snapshot import Screen
from ui.frame_rate import frames_per_s


@pytest.mark.parametrize("screen", [None, *Screen])
def test_for_two_seconds_after_a_touch_or_a_new_snapshot_every_screen_is_quick(screen: Screen | None) -> None:
    assert frames_per_s(screen, 10_000, 10_000) == 60
    assert frames_per_s(screen, 10_000, 11_999) == 60


@pytest.mark.parametrize("screen", [Screen.LEVEL, Screen.REASONS, Screen.WORDS])
def test_a_screen_that_asks_answers_a_finger_within_50_ms(screen: Screen) -> None:
    assert 1000 / frames_per_s(screen, 0, 60_000) <= 50


@pytest.mark.parametrize("screen", [None, Screen.IDLE, Screen.PAUSED, Screen.CANNOT_RECORD, Screen.THANKS])
def test_a_screen_that_asks_nothing_rests(screen: Screen | None) -> None:
    assert frames_per_s(screen, 0, 60_000) == 10
