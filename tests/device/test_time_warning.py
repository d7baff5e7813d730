"""Before a visit ends by itself the screen warns, and one touch anywhere gives the whole time again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.events import Button, ButtonTile, Target, TouchDown, TouchUp, Typed
from device.snapshot import Screen
from device.visit.state import MOST_EXTENSIONS, WARNING_MS, warns_ms
from tests.device.bench import Bench
from tests.device.sealed import KEY
from tests.device.visits import RULES


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.window.close()


def touch(bench: Bench, target: Target | None = None) -> None:
    bench.feel(TouchDown("t", target, bench.shown.number, bench.clock.mono_ms()))
    bench.let(40)
    bench.feel(TouchUp("t", bench.clock.mono_ms()))


def until_warned(bench: Bench) -> int:
    """Let time pass until the warning is on; how many milliseconds are left then."""
    for _ in range(100):
        if bench.shown.warning_time:
            break
        bench.let(1_000)
    assert bench.shown.warning_time
    assert bench.shown.countdown is not None
    return bench.shown.countdown.until_ms - bench.clock.mono_ms()


def test_twenty_seconds_before_the_end_the_level_screen_warns(bench: Bench) -> None:
    bench.invite()
    bench.let(39_900)
    assert not bench.shown.warning_time
    bench.let(200)
    assert bench.shown.screen is Screen.LEVEL
    assert bench.shown.warning_time


def test_a_touch_beside_everything_gives_the_whole_time_and_ends_the_warning(bench: Bench) -> None:
    bench.invite()
    until_warned(bench)
    touch(bench)
    assert not bench.shown.warning_time
    assert bench.shown.countdown is not None
    assert bench.shown.countdown.until_ms - bench.clock.mono_ms() > RULES.answer_ms - 1_000


def test_keys_pressed_together_choose_nothing_and_extend_the_time(bench: Bench) -> None:
    bench.invite()
    until_warned(bench)
    bench.press(2, 4)
    assert bench.shown.screen is Screen.LEVEL
    assert not bench.shown.warning_time


def test_a_time_of_twenty_seconds_is_warned_of_in_its_second_half(bench: Bench) -> None:
    bench.invite()
    bench.let(100)
    bench.press(2)
    assert bench.shown.screen is Screen.REASONS
    assert until_warned(bench) in range(8_900, 10_001)
    touch(bench)
    assert not bench.shown.warning_time


def test_whoever_changes_is_warned_too(bench: Bench) -> None:
    bench.invite()
    bench.let(100)
    bench.press(2)
    bench.let(2_000)
    touch(bench, ButtonTile(Button.CHANGE))
    assert bench.shown.changing
    until_warned(bench)
    touch(bench)
    assert not bench.shown.warning_time


def test_typing_ends_the_warning_of_the_words_screen(tmp_path: Path) -> None:
    bench = Bench(tmp_path, rules=replace(RULES, words_offered=True), seal=KEY)
    bench.invite()
    bench.let(100)
    bench.press(2)
    bench.let(2_000)
    touch(bench, ButtonTile(Button.WORDS))
    assert bench.shown.screen is Screen.WORDS
    assert until_warned(bench) > 18_000
    bench.feel(Typed(bench.clock.mono_ms()))
    assert not bench.shown.warning_time


def test_when_no_touch_can_put_the_end_off_the_screen_does_not_say_so(bench: Bench) -> None:
    bench.invite()
    bench.let(100)
    for _ in range(MOST_EXTENSIONS):
        assert bench.shown.countdown is not None
        assert not bench.shown.countdown.last
        bench.let(55_000)
        touch(bench)
    bench.let(30_000)
    touch(bench)
    assert bench.shown.countdown is not None
    assert bench.shown.countdown.last


def test_who_is_idle_is_warned_of_nothing(bench: Bench) -> None:
    bench.let(120_000)
    assert not any(snapshot.warning_time for snapshot in bench.snapshots)


@pytest.mark.parametrize("key", [1, 2, 3, 4, 5])
def test_the_warning_comes_at_the_same_time_whatever_was_pressed(tmp_path: Path, key: int) -> None:
    bench = Bench(tmp_path)
    bench.invite()
    bench.let(1_000)
    began_ms = bench.clock.mono_ms()
    bench.press(key)
    until_warned(bench)
    assert bench.shown.countdown is not None
    assert bench.shown.countdown.warns_ms == began_ms + 10_000


@given(st.integers(1, 400_000), st.integers(0, 10**9))
def test_a_warning_comes_at_most_20_s_before_the_end_and_never_at_the_very_beginning(
    total_ms: int, ends_ms: int
) -> None:
    ahead_ms = ends_ms - warns_ms(ends_ms, total_ms)
    assert 0 <= ahead_ms <= WARNING_MS
    assert ahead_ms <= total_ms / 2
    assert ahead_ms == WARNING_MS or ahead_ms >= (total_ms - 1) // 2
