"""While screen and keys are wiped nothing that touches them means anything; no visit is cut for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from device.cleaning_hold import HOLD_MS
from device.counter import Invited, Refusal, Refused
from device.events import (
    Corner,
    CornerTile,
    Event,
    KeyDown,
    KeyUp,
    LanguageTile,
    LevelTile,
    Target,
    TechnicianCall,
    TouchDown,
    TouchUp,
)
from device.level import Level
from device.snapshot import Notice, Screen
from device.technician import BUSY, CLEANING, TechnicianAnswer, TechnicianVerb
from tests.device.bench import Bench
from tests.device.signed_province import SignedProvince
from tests.device.visits import RULES

LEFT, RIGHT = CornerTile(Corner.TOP_LEFT), CornerTile(Corner.TOP_RIGHT)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    made.let(100)
    yield made
    made.window.close()


def ask(bench: Bench, verb: TechnicianVerb) -> TechnicianAnswer:
    answers: list[TechnicianAnswer] = []
    bench.feel(TechnicianCall(verb, answers.append))
    return answers[0]


def down(bench: Bench, touch: str, target: Target | None) -> None:
    bench.feel(TouchDown(touch, target, bench.shown.number, bench.clock.mono_ms()))


def tell_of_a_release(bench: Bench) -> None:
    bench.feel(KeyUp(3, bench.clock.mono_ms()))


def hold_keys(bench: Bench, *keys: int) -> None:
    for key in keys:
        bench.feel(KeyDown(key, bench.clock.mono_ms()))
        bench.let(200)


def test_a_technician_begins_it_and_it_ends_by_itself(bench: Bench) -> None:
    answer = ask(bench, TechnicianVerb.CLEAN)
    assert answer.refused is None
    assert answer.ready
    assert not answer.serving
    assert bench.shown.screen is Screen.CLEANING
    bench.let(RULES.cleaning_ms - 100)
    assert bench.shown.screen is Screen.CLEANING
    bench.let(200)
    assert bench.shown.screen is Screen.IDLE
    assert [row for row in bench.rows() if row["kind"] == "rating"] == []


def test_neither_keys_nor_touches_mean_anything_meanwhile_nor_do_they_later(bench: Bench) -> None:
    ask(bench, TechnicianVerb.CLEAN)
    sent = len(bench.sent)
    for number in range(40):
        bench.feel(KeyDown(number % 5 + 1, bench.clock.mono_ms()))
        down(bench, f"t{number}", LevelTile(Level(number % 5 + 1)))
        down(bench, "language", LanguageTile("en"))
        bench.feel(TouchUp(f"t{number}", bench.clock.mono_ms()))
        bench.feel(TouchUp("language", bench.clock.mono_ms()))
        bench.let(100)
    assert bench.shown.screen is Screen.CLEANING
    assert bench.shown.language == "zh-Hans"
    assert bench.sent[sent:] == [], "a cloth is acknowledged by no lamp and no sound"
    bench.let(RULES.cleaning_ms)
    bench.invite()
    bench.let(100)
    bench.press(4)
    assert bench.shown.screen is Screen.REASONS
    assert [row["flags"] for row in bench.rows() if row["kind"] == "rating"] == [[]]


def test_an_invitation_waits_and_is_shown_when_it_is_over(bench: Bench) -> None:
    ask(bench, TechnicianVerb.CLEAN)
    assert isinstance(bench.invite(1, ttl_s=60), Invited)
    assert bench.shown.screen is Screen.CLEANING
    second = bench.invite(2)
    assert isinstance(second, Refused)
    assert second.error is Refusal.BUSY
    bench.let(RULES.cleaning_ms + 100)
    assert bench.shown.screen is Screen.LEVEL


def test_it_never_begins_during_a_visit(bench: Bench) -> None:
    bench.invite()
    assert ask(bench, TechnicianVerb.CLEAN).refused == BUSY
    assert bench.shown.screen is Screen.LEVEL
    tell_of_a_release(bench)
    bench.let(100)
    down(bench, "a", LEFT)
    bench.let(50)
    down(bench, "b", RIGHT)
    bench.let(2 * HOLD_MS)
    assert bench.shown.screen is Screen.LEVEL


def test_while_it_is_on_a_test_is_refused_and_says_why(bench: Bench) -> None:
    ask(bench, TechnicianVerb.CLEAN)
    assert ask(bench, TechnicianVerb.KEY_TEST).refused == CLEANING
    assert ask(bench, TechnicianVerb.TEST_RATING).refused == CLEANING


def test_keys_1_and_5_held_for_five_seconds_begin_it(bench: Bench) -> None:
    tell_of_a_release(bench)
    hold_keys(bench, 1, 5)
    bench.let(HOLD_MS - 400)
    assert bench.shown.screen is Screen.IDLE
    bench.let(400)
    assert bench.shown.screen is Screen.CLEANING


def test_both_upper_corners_held_for_five_seconds_begin_it(bench: Bench) -> None:
    down(bench, "a", LEFT)
    bench.let(100)
    down(bench, "b", RIGHT)
    bench.let(HOLD_MS + 100)
    assert bench.shown.screen is Screen.CLEANING


@pytest.mark.parametrize("keys", [(1,), (1, 4), (1, 3, 5), (2, 5)])
def test_no_other_keys_begin_it(bench: Bench, keys: tuple[int, ...]) -> None:
    tell_of_a_release(bench)
    hold_keys(bench, *keys)
    bench.let(3 * HOLD_MS)
    assert bench.shown.screen is Screen.IDLE


def test_a_panel_that_never_tells_of_a_release_begins_nothing(bench: Bench) -> None:
    bench.feel(KeyDown(1, bench.clock.mono_ms()))
    bench.let(1_000)
    bench.feel(KeyDown(5, bench.clock.mono_ms()))
    bench.let(3 * HOLD_MS)
    assert bench.shown.screen is Screen.IDLE


@pytest.mark.parametrize(
    "fingers",
    [{"a": LEFT}, {"a": LEFT, "b": LEFT}, {"a": LEFT, "b": None}, {"a": LEFT, "b": RIGHT, "palm": None}],
)
def test_no_other_fingers_begin_it(bench: Bench, fingers: dict[str, CornerTile | None]) -> None:
    for touch, target in fingers.items():
        down(bench, touch, target)
        bench.let(50)
    bench.let(3 * HOLD_MS)
    assert bench.shown.screen is Screen.IDLE


@pytest.mark.parametrize(
    "let_go", [KeyUp(1, 0), KeyUp(5, 0), KeyDown(3, 0)], ids=["key 1", "key 5", "another key"]
)
def test_a_hold_that_is_broken_off_begins_nothing(bench: Bench, let_go: KeyUp | KeyDown) -> None:
    tell_of_a_release(bench)
    hold_keys(bench, 1, 5)
    bench.let(HOLD_MS - 1_000)
    event: Event = replace(let_go, at_ms=bench.clock.mono_ms())
    bench.feel(event)
    bench.let(3 * HOLD_MS)
    assert bench.shown.screen is Screen.IDLE


def test_keys_held_since_a_visit_begin_nothing(bench: Bench) -> None:
    tell_of_a_release(bench)
    bench.invite()
    bench.let(100)
    hold_keys(bench, 1, 5)
    bench.let(90_000)
    assert bench.shown.screen is Screen.IDLE


def test_a_finger_in_a_corner_is_refused_as_kindly_as_one_elsewhere(bench: Bench) -> None:
    down(bench, "a", LEFT)
    bench.let(50)
    assert bench.shown.notice is Notice.NOT_INVITED


def test_where_a_touch_may_begin_a_visit_one_in_a_corner_does_not(tmp_path: Path) -> None:
    bench = Bench(tmp_path, rules=replace(RULES, uninvited_taken=True))
    down(bench, "a", LEFT)
    bench.let(100)
    down(bench, "b", RIGHT)
    bench.let(HOLD_MS + 100)
    assert bench.shown.screen is Screen.CLEANING
    bench.window.close()


def test_the_pause_of_the_counter_outlasts_it(bench: Bench) -> None:
    ask(bench, TechnicianVerb.PAUSE)
    ask(bench, TechnicianVerb.CLEAN)
    assert bench.shown.screen is Screen.CLEANING
    bench.let(RULES.cleaning_ms + 100)
    assert bench.shown.screen is Screen.PAUSED


def test_the_province_orders_it_and_is_refused_while_somebody_is_asked(tmp_path: Path) -> None:
    province = SignedProvince(tmp_path)
    bench = Bench(tmp_path, province)
    province.order("o-1", "clean")
    bench.let(1_100)
    assert bench.shown.screen is Screen.CLEANING
    bench.let(RULES.cleaning_ms)
    bench.invite()
    province.order("o-2", "clean")
    bench.let(1_100)
    assert bench.shown.screen is Screen.LEVEL
    outcomes = list(bench.store.run("SELECT id, outcome, why FROM orders ORDER BY number"))
    assert outcomes == [("o-1", "done", ""), ("o-2", "refused", BUSY)]
    bench.window.close()
