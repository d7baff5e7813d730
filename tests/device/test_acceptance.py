"""A technician at a device loop: every key, then one rating that is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from device.counter import CounterAction, CounterVerb, Invited, Refused
from device.events import KeyDown, KeyUp, LanguageTile, LevelTile, TechnicianCall, TouchDown, TouchUp
from device.key_test import RESULT_MS, TEST_MS, KeyMark
from device.ledger.reader import LedgerReader
from device.ledger.statistics import count
from device.level import Level
from device.snapshot import Screen
from device.technician import TechnicianAnswer, TechnicianVerb
from device.visit.state import Rules
from tests.device.bench import Bench
from tests.device.visits import RULES

P, A, D = KeyMark.PROVEN, KeyMark.AWAITED, KeyMark.DOWN


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path)
    bench.let(100)
    return bench


def ask(bench: Bench, verb: TechnicianVerb) -> TechnicianAnswer:
    answers: list[TechnicianAnswer] = []
    bench.feel(TechnicianCall(verb, answers.append))
    return answers[0]


def show(bench: Bench) -> TechnicianAnswer:
    return ask(bench, TechnicianVerb.SHOW)


def tap(bench: Bench, key: int) -> None:
    bench.feel(KeyDown(key, bench.clock.mono_ms()))
    bench.let(150)
    bench.feel(KeyUp(key, bench.clock.mono_ms()))
    bench.let(150)


def ratings(bench: Bench) -> list[str]:
    return [row["kind"] for row in bench.rows() if row["kind"] != "clock"]


# ---- the key test ----


def test_every_key_pressed_and_let_go_is_proven_and_the_day_is_kept(bench):
    assert show(bench).keys is not None
    begun = ask(bench, TechnicianVerb.KEY_TEST)
    assert begun.refused is None
    assert bench.shown.screen is Screen.KEY_TEST
    for key in (3, 1, 5, 2):
        tap(bench, key)
    assert bench.shown.keys == (P, P, P, A, P)
    bench.feel(KeyDown(4, bench.clock.mono_ms()))
    bench.let(100)
    assert bench.shown.keys == (P, P, P, D, P)
    bench.feel(KeyUp(4, bench.clock.mono_ms()))
    answer = show(bench)
    assert answer.key_test is not None
    assert (answer.key_test.end, answer.key_test.proven) == ("done", (1, 2, 3, 4, 5))
    assert answer.keys is not None
    assert (answer.keys.all_proven, answer.keys.proven_on) == (True, "2026-11-22")
    assert bench.shown.keys == (P,) * 5
    bench.let(RESULT_MS)
    assert bench.shown.screen is Screen.IDLE
    assert ratings(bench) == []


def test_what_is_proven_outlives_a_power_cut(bench):
    ask(bench, TechnicianVerb.KEY_TEST)
    for key in range(1, 6):
        tap(bench, key)
    bench.restart()
    bench.let(6_000)
    keys = show(bench).keys
    assert keys is not None
    assert keys.proven_on == "2026-11-22"


def test_each_press_lights_and_sounds_alike(bench):
    ask(bench, TechnicianVerb.KEY_TEST)
    bench.let(3_000)
    heard = []
    for key in range(1, 6):
        bench.sent.clear()
        tap(bench, key)
        heard.append([what for _, what, _ in bench.sent if what == "beep"])
    assert heard == [["beep"]] * 5


def test_the_lamps_breathe_while_keys_are_awaited_and_go_dark_after(bench):
    bench.sent.clear()
    ask(bench, TechnicianVerb.KEY_TEST)
    bench.let(4_000)
    assert {mask for _, what, mask in bench.sent if what == "lamps"} == {0, 31}
    ask(bench, TechnicianVerb.STOP_KEY_TEST)
    bench.let(RESULT_MS + 100)
    bench.sent.clear()
    bench.let(5_000)
    assert bench.sent == []


def test_two_keys_that_go_down_together_prove_neither(bench):
    ask(bench, TechnicianVerb.KEY_TEST)
    bench.press(1, 2)
    assert bench.shown.keys == (A,) * 5


def test_quick_presses_are_no_hammering(bench):
    ask(bench, TechnicianVerb.KEY_TEST)
    for key in (1, 1, 1, 1, 2, 2, 2, 3, 4, 5):
        bench.press(key)
    bench.let(2_000)
    answer = show(bench).key_test
    assert answer is not None
    assert answer.end == "done"


def test_a_key_that_is_missing_is_named_when_the_time_is_over(bench):
    ask(bench, TechnicianVerb.KEY_TEST)
    for key in (1, 2, 4, 5):
        tap(bench, key)
    bench.let(TEST_MS)
    answer = show(bench)
    assert answer.key_test is not None
    assert (answer.key_test.end, answer.key_test.missing) == ("time", (3,))
    assert answer.keys is not None
    assert not answer.keys.all_proven
    tap(bench, 3)
    assert not show(bench).keys.all_proven  # type: ignore[union-attr]


def test_the_rest_can_be_proven_by_another_test(bench):
    ask(bench, TechnicianVerb.KEY_TEST)
    for key in (1, 2, 4, 5):
        tap(bench, key)
    ask(bench, TechnicianVerb.STOP_KEY_TEST)
    ask(bench, TechnicianVerb.KEY_TEST)
    tap(bench, 3)
    ask(bench, TechnicianVerb.STOP_KEY_TEST)
    keys = show(bench).keys
    assert keys is not None
    assert keys.all_proven


def test_nobody_is_invited_meanwhile_and_the_counter_sees_a_paused_window(bench):
    ask(bench, TechnicianVerb.KEY_TEST)
    other = bench.folder / "other"
    other.mkdir()
    paused = Bench(other)
    paused.ask(CounterAction(CounterVerb.PAUSE, None))
    answer = bench.invite()
    assert isinstance(answer, Refused)
    assert answer == paused.invite()
    bench.ask(CounterAction(CounterVerb.RESUME, None))
    assert isinstance(bench.invite(), Refused)
    assert bench.shown.screen is Screen.KEY_TEST
    ask(bench, TechnicianVerb.STOP_KEY_TEST)
    bench.let(RESULT_MS + 100)
    assert isinstance(bench.invite(), Invited)


def test_nothing_pressed_or_touched_in_it_begins_a_visit(tmp_path):
    rules = Rules(**{name: getattr(RULES, name) for name in RULES.__slots__} | {"uninvited_taken": True})
    bench = Bench(tmp_path, rules=rules)
    bench.let(100)
    ask(bench, TechnicianVerb.KEY_TEST)
    tap(bench, 5)
    at_ms = bench.clock.mono_ms()
    bench.feel(TouchDown("t", LevelTile(Level(5)), bench.shown.number, at_ms))
    bench.let(100)
    bench.feel(TouchUp("t", bench.clock.mono_ms()))
    assert bench.shown.screen is Screen.KEY_TEST
    ask(bench, TechnicianVerb.STOP_KEY_TEST)
    bench.let(RESULT_MS + 100)
    assert bench.shown.screen is Screen.IDLE
    assert ratings(bench) == []


def test_the_language_can_be_changed_in_it(bench):
    ask(bench, TechnicianVerb.KEY_TEST)
    bench.feel(TouchDown("t", LanguageTile("en"), bench.shown.number, bench.clock.mono_ms()))
    bench.let(100)
    assert (bench.shown.screen, bench.shown.language) == (Screen.KEY_TEST, "en")


def test_it_does_not_begin_over_a_citizens_head(bench):
    bench.invite()
    bench.let(100)
    assert ask(bench, TechnicianVerb.KEY_TEST).refused == "somebody is being served"
    assert bench.shown.screen is Screen.LEVEL
    assert ask(bench, TechnicianVerb.TEST_RATING).refused == "somebody is being served"


def test_a_fault_ends_it_and_no_proof_is_claimed(bench):
    ask(bench, TechnicianVerb.KEY_TEST)
    for key in range(1, 5):
        tap(bench, key)
    (bench.folder / "probe").unlink()  # the card is not the one it was
    bench.let(2_000)
    answer = show(bench).key_test
    assert answer is not None
    assert answer.end == "fault"
    assert bench.store.is_open is False or bench.store.run("SELECT count(*) FROM key_proof") == [(0,)]


def test_the_log_names_no_key(bench, caplog):
    ask(bench, TechnicianVerb.KEY_TEST)
    with caplog.at_level("INFO", logger="device"):
        for key in range(1, 6):
            tap(bench, key)
        bench.let(RESULT_MS)
    assert [record.getMessage() for record in caplog.records] == ["key test ended how=done proven=5"]


# ---- the test rating ----


def test_a_test_rating_is_a_whole_visit_whose_rows_are_no_ratings(bench):
    begun = ask(bench, TechnicianVerb.TEST_RATING)
    assert begun.refused is None
    bench.let(100)
    assert (bench.shown.screen, bench.shown.test) == (Screen.LEVEL, True)
    bench.press(2)
    assert (bench.shown.screen, bench.shown.test) == (Screen.REASONS, True)
    saved = show(bench).test_rating
    assert saved is not None
    assert begun.test_rating is not None
    assert (saved.id, saved.seq, saved.over) == (begun.test_rating.id, bench.rows()[-1]["seq"], False)
    bench.let(2_000)
    bench.press(1)
    bench.press(5)
    assert (bench.shown.screen, bench.shown.test) == (Screen.THANKS, True)
    bench.let(4_000)
    assert (bench.shown.screen, bench.shown.test) == (Screen.IDLE, False)
    rows = [row for row in bench.rows() if row["kind"] != "clock"]
    assert [row["kind"] for row in rows] == ["test", "test"]
    assert (rows[1]["replaces"], rows[1]["indicators"]) == (rows[0]["seq"], ["207"])
    assert [(row["flags"], row["handling"], row["clerk"], row["invite"]) for row in rows] == [
        ([], None, None, None)
    ] * 2
    with LedgerReader(bench.folder / "ratings.db") as reader:
        assert count(reader).visits == 0
    over = show(bench).test_rating
    assert over is not None
    assert (over.seq, over.log_id, over.over) == (rows[1]["seq"], bench.guard.log_id, True)


def test_what_the_technician_is_told_has_no_level(bench):
    told = []
    for key in range(1, 6):
        ask(bench, TechnicianVerb.TEST_RATING)
        bench.let(100)
        bench.press(key)
        bench.let(60_000)
        answer = show(bench).test_rating
        assert answer is not None
        told.append((answer.over, answer.seq is not None, len(answer.id)))
    assert len(set(told)) == 1


def test_one_that_nobody_answers_leaves_no_row(bench):
    ask(bench, TechnicianVerb.TEST_RATING)
    bench.let(61_000)
    answer = show(bench).test_rating
    assert answer is not None
    assert (answer.seq, answer.over) == (None, True)
    assert ratings(bench) == []


def test_an_invitation_waits_until_it_is_over(bench):
    ask(bench, TechnicianVerb.TEST_RATING)
    bench.let(100)
    assert isinstance(bench.invite(), Invited)
    assert bench.shown.test
    bench.press(4)
    bench.let(24_000)
    assert (bench.shown.screen, bench.shown.test) == (Screen.LEVEL, False)
    bench.press(3)
    assert ratings(bench) == ["test", "rating"]


def test_a_visit_goes_on_in_a_paused_window_and_the_technician_is_told_so(bench):
    assert not show(bench).serving
    assert isinstance(bench.invite(), Invited)
    answer = ask(bench, TechnicianVerb.PAUSE)
    assert (answer.paused, answer.serving) == (True, True)
    tap(bench, 5)
    assert show(bench).serving  # reasons may still be given
    bench.let(120_000)
    bench.let(120_000)
    assert not show(bench).serving


def test_a_window_that_is_paused_can_be_tried(bench):
    ask(bench, TechnicianVerb.PAUSE)
    ask(bench, TechnicianVerb.TEST_RATING)
    bench.let(100)
    bench.press(4)
    bench.let(24_000)
    assert bench.shown.screen is Screen.PAUSED
    assert ratings(bench) == ["test"]


def test_neither_begins_while_the_keys_are_tested(bench):
    ask(bench, TechnicianVerb.KEY_TEST)
    assert ask(bench, TechnicianVerb.TEST_RATING).refused == "a key test is on"
