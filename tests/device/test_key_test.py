"""The key test: what proves a key, and when it ends."""

from __future__ import annotations

from device.key_test import (
    LAST_RELEASE_MS,
    RESULT_MS,
    TEST_MS,
    KeyMark,
    KeyTest,
    KeyTestEnd,
    begin_key_test,
)


def began(*, tells_releases: bool = False) -> KeyTest:
    return begin_key_test(1_000, tells_releases=tells_releases)


def tapped(test: KeyTest, *keys: int, from_ms: int = 2_000) -> KeyTest:
    for n, key in enumerate(keys):
        test = test.down(key, from_ms + 1_000 * n).up(key, from_ms + 1_000 * n + 200)
    return test


def test_nothing_is_proven_before_a_press():
    assert began().proven == ()
    assert began().marks == (KeyMark.AWAITED,) * 5


def test_a_press_proves_a_key_of_a_panel_that_tells_no_releases():
    assert began().down(3, 2_000).proven == (3,)


def test_where_releases_are_told_a_key_must_come_up_again():
    test = began(tells_releases=True).down(3, 2_000)
    assert test.proven == ()
    assert test.marks[2] is KeyMark.DOWN
    assert test.up(3, 2_300).proven == (3,)


def test_the_first_release_heard_takes_back_what_presses_alone_had_proven():
    test = began().down(1, 2_000).down(2, 3_000)
    assert test.proven == (1, 2)
    assert test.up(2, 3_200).proven == (2,)


def test_a_release_before_the_press_was_known_to_stand_alone_counts():
    assert began(tells_releases=True).up(4, 2_010).down(4, 2_000).proven == (4,)


def test_a_release_from_before_the_press_proves_nothing():
    assert began(tells_releases=True).up(4, 1_500).down(4, 2_000).proven == ()


def test_a_proven_key_stays_proven_while_it_is_pressed_again():
    assert tapped(began(), 2).down(2, 9_000).proven == (2,)


def test_it_is_done_when_all_five_came_up():
    test = tapped(began(), 5, 4, 3, 2)
    assert test.passed(10_000) == test
    test = test.down(1, 10_000)
    assert test.passed(10_100) == test
    ended = test.up(1, 10_200).passed(10_200)
    assert ended is not None
    assert (ended.end, ended.proven, ended.missing) == (KeyTestEnd.DONE, (1, 2, 3, 4, 5), ())


def test_of_a_panel_without_releases_it_waits_a_moment_for_the_first():
    test = began()
    for key in range(1, 6):
        test = test.down(key, 2_000 + key)
    assert test.due_ms == 2_005 + LAST_RELEASE_MS
    assert test.passed(test.due_ms - 1) == test
    ended = test.passed(test.due_ms)
    assert ended is not None
    assert ended.end is KeyTestEnd.DONE


def test_it_ends_after_two_minutes_and_names_what_is_missing():
    test = tapped(began(), 1, 2, 3, 5)
    assert test.due_ms == 1_000 + TEST_MS
    ended = test.passed(test.due_ms)
    assert ended is not None
    assert (ended.end, ended.missing) == (KeyTestEnd.TIME, (4,))
    assert ended.marks[3] is KeyMark.MISSING


def test_a_result_is_shown_for_a_moment_and_takes_no_presses():
    ended = tapped(began(), 1).ended(KeyTestEnd.STOPPED, 9_000)
    assert ended.down(2, 9_100).up(2, 9_200) == ended
    assert ended.passed(ended.due_ms - 1) == ended
    assert ended.due_ms == 9_000 + RESULT_MS
    assert ended.passed(ended.due_ms) is None
