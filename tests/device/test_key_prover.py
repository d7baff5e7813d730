"""What proves keys beside a technician: rounds of citizens' presses, which tell nobody's."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from device.events import LevelTile, TouchDown, TouchUp
from device.key_round import LEAST_VISITS, begin_round
from device.level import Level
from device.snapshot import Screen
from device.technician import TechnicianVerb
from tests.device.bench import Bench

DAY_MS = 24 * 3600 * 1000
TODAY = date(2026, 11, 22)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path)
    bench.let(6_000)  # a first look: the log is known
    return bench


def rate(bench: Bench, first: int, *keys: int) -> None:
    for n, key in enumerate(keys):
        bench.invite(first + n)
        bench.let(100)
        bench.press(key)
        bench.let(30_000)  # reasons and thanks are over
        assert bench.shown.screen is Screen.IDLE


def next_day(bench: Bench) -> None:
    bench.clock.advance(DAY_MS)
    bench.let(6_000)


def proven_on(bench: Bench) -> date | None:
    keys = bench.acceptance.keys
    assert keys is not None
    return keys.proven_on


def all_proven(bench: Bench) -> bool:
    keys = bench.acceptance.keys
    assert keys is not None
    return keys.all_proven


ROUND = (5, 5, 4, 3, 2, 1, 5, 5, 5, 4)


def test_ten_visits_with_every_key_prove_the_keys_when_their_day_is_over(bench):
    rate(bench, 1, *ROUND)
    bench.let(60_000)
    assert not all_proven(bench)
    next_day(bench)
    assert all_proven(bench)
    assert proven_on(bench) == TODAY


def test_nine_visits_prove_nothing_and_go_on_into_the_next_day(bench):
    rate(bench, 1, *ROUND[:9])
    next_day(bench)
    assert not all_proven(bench)
    rate(bench, 20, 4)
    assert not all_proven(bench)
    next_day(bench)
    assert proven_on(bench) == TODAY, "the day on which the round began, not that of any press"


def test_the_press_that_makes_a_round_whole_is_not_seen_on_its_day(bench):
    rate(bench, 1, 5, 5, 5, 5, 4, 4, 3, 3, 2, 2)
    next_day(bench)
    bench.let(60_000)
    before = bench.acceptance.keys
    rate(bench, 20, 1)
    bench.let(60_000)
    assert bench.acceptance.keys == before
    next_day(bench)
    assert bench.acceptance.keys == before, "one visit is no round"


def test_the_days_of_all_keys_pressed_in_a_round_are_the_same(bench):
    rate(bench, 1, *ROUND[:5])
    next_day(bench)
    rate(bench, 20, *ROUND[5:])
    next_day(bench)
    kept = bench.store.run("SELECT DISTINCT day, boot, mono_ms FROM key_proof")
    assert len(kept) == 1
    assert bench.store.run("SELECT count(*) FROM key_proof") == [(5,)]


def test_a_restart_in_the_middle_of_a_round_loses_none_of_it(bench):
    rate(bench, 1, *ROUND[:6])
    bench.restart()
    rate(bench, 20, *ROUND[6:])
    bench.restart()
    next_day(bench)
    assert proven_on(bench) == TODAY


def test_touches_prove_no_key(bench):
    for n in range(12):
        bench.invite(n)
        bench.let(100)
        bench.feel(TouchDown("t", LevelTile(Level(1 + n % 5)), bench.shown.number, bench.clock.mono_ms()))
        bench.feel(TouchUp("t", bench.clock.mono_ms()))
        bench.let(30_000)
    assert [row["input"] for row in bench.rows() if row["kind"] == "rating"] == ["touch"] * 12
    next_day(bench)
    assert not all_proven(bench)
    assert bench.store.run("SELECT count(*) FROM key_proof") == [(0,)]


def test_another_panel_has_proven_nothing(bench):
    bench.acceptance.ask(TechnicianVerb.KEY_TEST, pressing=False)
    for key in range(1, 6):
        bench.press(key)
    bench.let(10_000)
    assert proven_on(bench) == TODAY
    bench.panel = "serial sentences another"
    bench.restart()
    bench.let(6_000)
    assert not all_proven(bench)


def test_proofs_that_are_too_old_are_told_to_staff_and_not_to_citizens(bench):
    bench.acceptance.ask(TechnicianVerb.KEY_TEST, pressing=False)
    for key in range(1, 6):
        bench.press(key)
    bench.let(10_000)
    assert bench.shown.fault is None
    bench.clock.advance(31 * DAY_MS)
    bench.let(6_000)
    assert (bench.shown.screen, bench.shown.fault) == (Screen.IDLE, "F-023")
    assert bench.watch.key_health.told(proven=True, doubted=True) == "suspect"
    bench.invite(1)
    bench.let(100)
    assert (bench.shown.screen, bench.shown.fault) == (Screen.LEVEL, None)
    bench.press(3)
    assert (bench.shown.screen, bench.shown.fault) == (Screen.REASONS, None)


def test_of_a_busy_day_no_more_visits_are_remembered_than_make_a_round():
    busy = begin_round("a" * 32, 0)
    for seq in range(1, 40):
        row = {"seq": seq, "kind": "rating", "input": "key", "outcome": "rated", "clock": "trusted"}
        busy = busy.with_row(
            {**row, "at": "2026-11-22T10:15:00+08:00", "visit": f"v{seq}", "level": 1 + seq % 5},
            (1, 2, 3, 4, 5),
        )
    assert busy.is_full
    assert len(busy.visits) == LEAST_VISITS
    assert busy.keys == {1, 2, 3, 4, 5}, "the later ones are taken in all the same"
    assert busy.seen == 39
