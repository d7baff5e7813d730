"""Held keys: stuck after 30 s, but only where releases are reported."""

from __future__ import annotations

from hardware.held_keys import STUCK_MS, HeldKeys


def test_a_key_down_for_30_s_is_stuck() -> None:
    held = HeldKeys(reports_releases=True)
    held.down(3, 1_000)
    assert not held.is_any_stuck(1_000 + STUCK_MS - 1)
    assert held.is_any_stuck(1_000 + STUCK_MS)


def test_a_panel_that_never_told_a_release_has_no_stuck_keys() -> None:
    held = HeldKeys()
    held.down(3, 0)
    assert not held.is_any_stuck(10 * STUCK_MS)


def test_one_release_of_any_key_shows_that_releases_are_told() -> None:
    held = HeldKeys()
    held.down(3, 0)
    assert held.up(4) is False
    assert held.is_any_stuck(STUCK_MS)


def test_a_released_key_is_not_stuck() -> None:
    held = HeldKeys()
    held.down(3, 0)
    assert held.up(3) is True
    assert held.up(3) is False
    assert not held.is_any_stuck(STUCK_MS)


def test_a_key_that_goes_down_again_was_up_in_between() -> None:
    held = HeldKeys(reports_releases=True)
    held.down(3, 0)
    held.down(3, 20_000)
    assert not held.is_any_stuck(STUCK_MS)
    assert held.is_any_stuck(20_000 + STUCK_MS)


def test_what_was_forgotten_is_not_stuck() -> None:
    held = HeldKeys(reports_releases=True)
    held.down(3, 0)
    held.forget()
    assert not held.is_any_stuck(STUCK_MS)
