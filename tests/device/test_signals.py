"""Lamps and sounds: what is sent, when, and that nothing of it tells a key, a level or a reason."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.clock import FakeClock
from device.events import KeyDown, LevelTile, Stop, TouchDown, TouchUp
from device.inbox import Inbox
from device.level import Level
from device.signals import (
    ALL_LAMPS,
    BLINK_MS,
    CLICK_MS,
    NO_LAMPS,
    Light,
    Mood,
    SignalState,
    acknowledge,
    feel_mood,
    settle_lamps,
    signals_due_ms,
)
from hardware.fake_panel import FakePanel
from hardware.sentence import BeepSentence, LampSentence
from tests.device.bench import Bench
from tests.device.visits import RULES


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    bench.let(100)
    yield bench
    bench.window.close()


def new_bench(folder, **options):
    folder.mkdir()
    bench = Bench(folder, **options)
    bench.let(100)
    return bench


def since(bench, at_ms):
    """What was sent from `at_ms` on, with the time that had passed."""
    return [(sent_ms - at_ms, what, value) for sent_ms, what, value in bench.sent if sent_ms >= at_ms]


def visit(bench, choose):
    """One whole visit, chosen by `choose(bench)` at 700 ms; all that was sent, as bytes with their times."""
    began_ms = bench.clock.mono_ms()
    bench.invite()
    bench.let(700)
    choose(bench)
    bench.let(1_600)
    bench.press(2)
    bench.let(300)
    bench.press(4)
    bench.let(30_000)
    encode = {"lamps": LampSentence, "beep": BeepSentence}
    return [(at_ms, encode[what](value).encode()) for at_ms, what, value in since(bench, began_ms)]


def touch(level):
    def choose(bench):
        at_ms = bench.clock.mono_ms()
        bench.feel(TouchDown("a", LevelTile(Level(level)), bench.shown.number, at_ms))
        bench.feel(TouchUp("a", at_ms))
        bench.let(40)

    return choose


def test_all_that_is_sent_in_a_visit_is_the_same_bytes_at_the_same_times_for_every_level_key_and_tile(
    tmp_path,
):
    recordings = []
    for level in range(1, 6):
        for n, choose in enumerate((lambda bench, key=level: bench.press(key), touch(level))):
            bench = new_bench(tmp_path / f"{level}-{n}")
            recordings.append(visit(bench, choose))
            assert bench.rows()[0]["level"] == level
            bench.window.close()
    assert len(recordings[0]) > 6
    assert all(recording == recordings[0] for recording in recordings)


def test_a_level_of_another_key_order_is_sent_no_otherwise(tmp_path):
    recordings = []
    for levels in ((1, 2, 3, 4, 5), (5, 4, 3, 2, 1)):
        rules = dataclasses.replace(RULES, key_levels=tuple(map(Level, levels)))
        bench = new_bench(tmp_path / str(levels[0]), rules=rules)
        recordings.append(visit(bench, lambda bench: bench.press(1)))
        assert bench.rows()[0]["level"] == levels[0]
        bench.window.close()
    assert recordings[0] == recordings[1]


def test_while_a_rating_is_awaited_all_lamps_breathe_together_at_most_once_a_second(bench):
    began_ms = bench.clock.mono_ms()
    bench.invite()
    bench.let(10_000)
    sent = since(bench, began_ms)
    assert {value for _, _, value in sent} == {ALL_LAMPS, NO_LAMPS}
    times = [at_ms for at_ms, _, _ in sent]
    assert sent[0] == (0, "lamps", ALL_LAMPS)
    assert all(later - earlier >= 1_000 for earlier, later in itertools.pairwise(times))
    assert len(sent) >= 9


def test_a_press_that_is_taken_clicks_and_blinks_at_once(bench):
    bench.invite()
    bench.let(1_500)  # the lamps are dark in their breath
    at_ms = bench.clock.mono_ms()
    bench.feel(KeyDown(3, at_ms))
    assert since(bench, at_ms) == [(0, "lamps", ALL_LAMPS), (0, "beep", CLICK_MS)]
    bench.let(1_000)
    assert since(bench, at_ms)[2:] == [(BLINK_MS, "lamps", NO_LAMPS)]


class ListeningPanel:
    """Notes after how many snapshots it was told each thing."""

    def __init__(self):
        self.bench = None
        self.told = []

    def light(self, _mask):
        self.told.append(len(self.bench.snapshots))

    def beep(self, _ms):
        self.told.append(len(self.bench.snapshots))


def test_lamps_and_click_are_sent_before_the_screen_is_told_of_the_press(tmp_path):
    panel = ListeningPanel()
    panel.bench = bench = Bench(tmp_path, sink=panel)
    bench.invite()
    bench.let(1_500)  # the lamps are dark in their breath
    panel.told.clear()
    shown = len(bench.snapshots)
    bench.feel(KeyDown(3, bench.clock.mono_ms()))
    assert panel.told == [shown, shown]
    assert len(bench.snapshots) > shown, "the highlight"
    bench.window.close()


def test_each_press_on_the_reasons_screen_clicks_whatever_it_does(bench):
    bench.invite()
    bench.let(500)
    bench.press(5)
    bench.let(1_600)
    at_ms = bench.clock.mono_ms()
    for key in (1, 2, 3, 4, 4, 3):  # the last page has only two reasons: this one does nothing
        bench.press(key)
        bench.let(1_000)
    assert sum(what == "beep" for _, what, _ in since(bench, at_ms)) == 6


def clicks(bench):
    return sum(what == "beep" for _, what, _ in bench.sent)


def test_a_press_without_an_invitation_does_not_click(bench):
    bench.press(5)
    assert clicks(bench) == 0


def test_a_press_before_the_first_frame_does_not_click(bench):
    bench.drawing = False
    bench.invite()
    bench.press(5)
    assert clicks(bench) == 0


def test_a_press_within_the_dead_time_does_not_click(bench):
    bench.invite()
    bench.let(500)
    bench.press(5)
    bench.press(5)
    assert clicks(bench) == 1


def test_of_two_keys_at_once_only_the_first_clicks(bench):
    bench.invite()
    bench.let(500)
    bench.press(4, 5)
    assert clicks(bench) == 1


def test_a_touch_beside_every_tile_does_not_click(bench):
    bench.invite()
    bench.let(500)
    bench.feel(TouchDown("a", None, bench.shown.number, bench.clock.mono_ms()))
    assert clicks(bench) == 0


def test_an_idle_or_paused_window_is_dark(bench):
    bench.let(20_000)
    assert bench.sent == []


def test_a_window_that_cannot_record_flashes_all_lamps_shortly(bench):
    bench.invite()
    bench.let(500)
    bench.guard._ledger.close()  # the nearest to a card that fails in the middle
    at_ms = bench.clock.mono_ms()
    bench.press(1)
    sent = since(bench, at_ms)
    bench.let(2_000)
    lamps = [(at_ms, value) for at_ms, what, value in since(bench, at_ms) if what == "lamps"]
    assert sent[0] == (0, "beep", CLICK_MS)
    assert (lamps[-1][1], Mood.CANNOT_RECORD.value[0]) == (NO_LAMPS, 200)
    bench.let(6_000)
    assert bench.sent[-1][1:] == ("lamps", NO_LAMPS)


def test_when_the_device_stops_the_lamps_go_out(bench):
    bench.invite()
    bench.let(500)
    bench.inbox.put(Stop())
    while bench.loop.turn():
        pass
    assert bench.sent[-1][1:] == ("lamps", NO_LAMPS)


def test_a_panel_shows_and_sounds_what_the_domain_says(tmp_path):
    panel = FakePanel(Inbox(), FakeClock())
    panel.start()
    bench = Bench(tmp_path, sink=panel)
    bench.let(100)
    assert panel.lamps == NO_LAMPS
    bench.invite()
    bench.let(100)
    assert panel.lamps == ALL_LAMPS
    bench.press(2)
    assert panel.beeps == [CLICK_MS]
    bench.let(5_000)
    assert panel.lamps == NO_LAMPS
    bench.window.close()


@given(
    st.lists(
        st.tuples(st.integers(0, 5_000), st.sampled_from([*Mood, "press", "time"])), min_size=1, max_size=40
    )
)
def test_only_all_lamps_or_none_are_lit_no_change_is_sent_twice_and_time_alone_settles(steps):
    state, now_ms, lit = SignalState(), 1_000, False
    for passed_ms, step in steps:
        now_ms += passed_ms
        if step == "press":
            state, _ = acknowledge(state, now_ms)
        elif step != "time":
            state = feel_mood(state, step, now_ms)
        state, signals = settle_lamps(state, now_ms)
        for signal in signals:
            assert isinstance(signal, Light)
            assert signal.on is not lit
            assert signal.mask in {ALL_LAMPS, NO_LAMPS}
            lit = signal.on
        due_ms = signals_due_ms(state, now_ms)
        assert due_ms is None or due_ms > now_ms
        if due_ms is None:
            assert state.mood is Mood.DARK
            assert not lit
