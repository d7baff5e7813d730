"""Pauses between attempts."""

from __future__ import annotations

from sync.backoff import Backoff


def test_the_ceiling_doubles_up_to_the_longest_pause() -> None:
    backoff = Backoff(random=lambda: 1.0, first_s=1, most_s=10)
    assert [backoff.next_s() for _ in range(6)] == [1, 2, 4, 8, 10, 10]


def test_a_pause_is_drawn_from_all_of_what_is_below_the_ceiling() -> None:
    draws = iter([0.0, 0.5, 0.25])
    backoff = Backoff(random=lambda: next(draws), first_s=1, most_s=10)
    assert [backoff.next_s() for _ in range(3)] == [0, 1, 1]


def test_after_a_success_the_first_pause_is_short_again() -> None:
    backoff = Backoff(random=lambda: 1.0, first_s=1, most_s=10)
    for _ in range(5):
        backoff.next_s()
    backoff.reset()
    assert backoff.next_s() == 1


def test_the_longest_pause_bounds_the_first_too() -> None:
    assert Backoff(random=lambda: 1.0, first_s=8, most_s=2).next_s() == 2
