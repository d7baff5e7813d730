"""Counts of presses: repeats are no presses, jumps are one, and what was lost is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.panel_count import PanelCount


def told(count: PanelCount, *counts: int, key: int = 3) -> list[bool]:
    """For each of `counts`, told of `key`: was it a new press?"""
    return [count.is_press(key, n) for n in counts]


def tally(count: PanelCount) -> tuple[int, int, int]:
    return count.repeats, count.lost_presses, count.restarts


@pytest.mark.parametrize("first", [0, 1, 7, 32768, 65535])
def test_the_first_after_opening_is_a_press_whatever_its_count(first: int) -> None:
    count = PanelCount()
    assert told(count, first) == [True]
    assert tally(count) == (0, 0, 0)


def test_each_next_count_is_a_press() -> None:
    count = PanelCount()
    assert told(count, 7, 8, 9) == [True, True, True]
    assert tally(count) == (0, 0, 0)


def test_the_same_count_again_is_a_repeat() -> None:
    count = PanelCount()
    assert told(count, 7, 7, 7, 8, 8) == [True, False, False, True, False]
    assert tally(count) == (3, 0, 0)


def test_a_jump_is_one_press_and_the_rest_are_lost() -> None:
    count = PanelCount()
    assert told(count, 7, 12) == [True, True]
    assert tally(count) == (0, 4, 0)


def test_the_count_wraps_from_65535_to_0_without_loss() -> None:
    count = PanelCount()
    assert told(count, 65534, 65535, 0, 0, 1) == [True, True, True, False, True]
    assert tally(count) == (1, 0, 0)


def test_a_jump_over_the_wrap_is_a_jump() -> None:
    count = PanelCount()
    assert told(count, 65534, 2) == [True, True]
    assert tally(count) == (0, 3, 0)


def test_a_lower_count_is_a_press_of_a_panel_that_restarted() -> None:
    count = PanelCount()
    assert told(count, 7, 1, 1, 2) == [True, True, False, True]
    assert tally(count) == (1, 0, 1)


def test_half_a_turn_ahead_is_lower_and_less_is_a_jump() -> None:
    forward, back = PanelCount(), PanelCount()
    told(forward, 0, 32767)
    told(back, 0, 32768)
    assert tally(forward) == (0, 32766, 0)
    assert tally(back) == (0, 0, 1)


def test_after_a_restart_the_same_count_of_another_key_is_a_press() -> None:
    count = PanelCount()
    told(count, 9, key=1)
    told(count, 1, key=2)
    assert told(count, 1, key=1) == [True]
    assert told(count, 1, key=2) == [True]
    assert tally(count) == (0, 0, 1)


def test_keys_are_counted_apart() -> None:
    count = PanelCount()
    assert [count.is_press(key, 4) for key in (1, 2, 3, 4, 5, 1)] == [True] * 5 + [False]


def test_a_heartbeat_before_any_press_is_the_baseline() -> None:
    count = PanelCount()
    count.heartbeat((0, 0, 7, 0, 0))
    assert told(count, 10) == [True]
    assert tally(count) == (0, 2, 0)


def test_the_first_press_counts_even_when_a_heartbeat_told_its_count_before() -> None:
    count = PanelCount()
    count.heartbeat((0, 0, 7, 0, 0))
    assert told(count, 7, 7) == [True, False]
    assert tally(count) == (1, 0, 0)


def test_a_heartbeat_that_agrees_changes_nothing() -> None:
    count = PanelCount()
    told(count, 7)
    count.heartbeat((0, 0, 7, 0, 0))
    assert told(count, 7, 8) == [False, True]
    assert tally(count) == (1, 0, 0)


def test_a_heartbeat_ahead_of_us_shows_lost_presses_once() -> None:
    count = PanelCount()
    told(count, 7)
    count.heartbeat((0, 0, 9, 0, 0))
    count.heartbeat((0, 0, 9, 0, 0))
    assert told(count, 10) == [True]
    assert tally(count) == (0, 2, 0)


def test_a_press_that_its_heartbeat_overtook_is_neither_repeat_nor_lost() -> None:
    count = PanelCount()
    told(count, 7)
    count.heartbeat((0, 0, 8, 0, 0))
    assert told(count, 8) == [True]
    assert tally(count) == (0, 0, 0)


def test_a_heartbeat_with_one_lower_count_is_a_restart_of_all_keys_without_loss() -> None:
    count = PanelCount()
    told(count, 60000, key=1)
    told(count, 7, key=2)
    count.heartbeat((0, 0, 0, 0, 0))
    assert told(count, 1, key=1) == [True]
    assert told(count, 1, key=2) == [True]
    assert tally(count) == (0, 0, 1)


@given(st.integers(0, 65535), st.lists(st.tuples(st.booleans(), st.integers(1, 3)), max_size=60))
def test_presses_heard_and_lost_add_up_to_those_made(first: int, history: list[tuple[bool, int]]) -> None:
    count = PanelCount()
    panel = first
    count.heartbeat((panel % 65536,) * 5)
    heard = 0
    for is_delivered, times_sent in history:
        panel += 1
        if is_delivered:
            heard += sum(told(count, *[panel % 65536] * times_sent))
    count.heartbeat((first % 65536,) * 2 + (panel % 65536,) + (first % 65536,) * 2)
    assert heard == sum(is_delivered for is_delivered, _ in history)
    assert heard + count.lost_presses == len(history)
    assert count.restarts == 0
