"""The design's sentences about presses, one test for each, from bytes or a finger to the ledger."""

from __future__ import annotations

import pytest

from device.events import KeyDown, LevelTile, PanelChanged, TouchDown, TouchUp
from device.faults import Fault
from device.level import Level
from device.snapshot import Notice, Screen
from hardware.panel_session import PanelSession
from hardware.sentence import KeySentence, Stroke
from tests.device.bench import Bench


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    bench.let(100)
    yield bench
    bench.window.close()


@pytest.fixture
def asked(bench):
    bench.invite()
    bench.let(100)
    return bench


class Panel:
    """A serial panel in front of the bench, whose condition is looked at every second, as on a real line."""

    def __init__(self, bench):
        self._bench = bench
        self._session = PanelSession()
        self._counts = dict.fromkeys(range(1, 6), 0)
        self._condition = None

    def send(self, key, stroke):
        self._counts[key] += stroke is Stroke.DOWN
        sentence = KeySentence(key, stroke, self._counts[key]).encode()
        for event in self._session.feed(sentence, self._bench.clock.mono_ms()):
            self._bench.feel(event)

    def let(self, seconds):
        for _ in range(seconds):
            self._bench.let(1_000)
            condition, why = self._session.condition(self._bench.clock.mono_ms())
            if condition is not self._condition:
                self._condition = condition
                self._bench.feel(PanelChanged(condition, self._bench.clock.mono_ms(), why))


def levels(bench):
    return [row["level"] for row in bench.rows()]


def touch(bench, name, target, *, lift=True):
    at_ms = bench.clock.mono_ms()
    bench.feel(TouchDown(name, target, bench.shown.number, at_ms))
    if lift:
        bench.feel(TouchUp(name, at_ms))


def test_committed_at_the_press_30_ms_after_it_unless_a_second_key_came(asked):
    at_ms = asked.clock.mono_ms()
    asked.feel(KeyDown(4, at_ms))
    asked.let(29)
    assert levels(asked) == []
    asked.let(1)
    assert levels(asked) == [4]
    assert asked.rows()[0]["mono_ms"] == at_ms


def test_lamp_click_and_highlight_at_once(asked):
    asked.let(1_000)
    asked.sent.clear()
    at_ms = asked.clock.mono_ms()
    asked.feel(KeyDown(4, at_ms))
    assert asked.shown.pressed is Level.SATISFIED
    assert [(sent_ms - at_ms, what) for sent_ms, what, _ in asked.sent] == [(0, "lamps"), (0, "beep")]
    assert levels(asked) == []


@pytest.mark.parametrize("keys", [(1, 5), (5, 1), (3, 4), (1, 2, 3, 4, 5)])
def test_two_keys_within_30_ms_or_a_palm_choose_nothing(asked, keys):
    asked.press(*keys)
    asked.let(1_000)
    assert levels(asked) == []
    assert asked.shown.screen is Screen.LEVEL
    asked.press(2)
    assert levels(asked) == [2]


def test_several_touches_at_once_choose_nothing(asked):
    touch(asked, "a", LevelTile(Level(5)), lift=False)
    touch(asked, "b", LevelTile(Level(1)), lift=False)
    asked.let(1_000)
    assert levels(asked) == []


def test_after_a_level_keys_are_dead_1_5_s(asked):
    asked.press(3)
    asked.let(1_400)
    asked.press(1)
    assert not any(reason.chosen for reason in asked.shown.reasons)
    asked.let(200)
    asked.press(1)
    assert [reason.chosen for reason in asked.shown.reasons] == [True, False, False]
    assert levels(asked) == [3]


def test_dead_time_ends_with_its_visit(asked):
    asked.press(3)
    asked.let(40_000)
    asked.invite(2)
    asked.let(100)
    asked.press(5)
    assert levels(asked) == [3, 5]


def test_hammering_quietens_the_panel_5_s_and_is_flagged_burst(asked):
    for _ in range(6):
        asked.press(1, 2)  # two at once are one press, of which nothing comes
    asked.press(4)
    assert levels(asked) == []
    asked.let(5_000)
    asked.press(4)
    assert levels(asked) == [4]
    assert "burst" in asked.rows()[0]["flags"]


def test_presses_before_the_invitations_first_frame_are_dropped(bench):
    bench.drawing = False
    bench.invite()
    bench.press(1)
    assert levels(bench) == []


@pytest.mark.parametrize("press", [lambda b: b.press(5), lambda b: touch(b, "a", LevelTile(Level(5)))])
def test_a_press_or_touch_without_an_invitation_is_refused_by_default(bench, press):
    press(bench)
    bench.let(100)
    assert levels(bench) == []
    assert bench.shown.notice is Notice.NOT_INVITED


def test_a_key_held_since_before_the_invitation_rates_nothing(bench):
    panel = Panel(bench)
    panel.send(5, Stroke.DOWN)
    bench.let(10_000)
    bench.invite()
    panel.let(10)
    assert levels(bench) == []


def test_a_key_that_is_held_rates_once_and_not_the_next_visit(asked):
    panel = Panel(asked)
    panel.send(2, Stroke.DOWN)
    panel.let(40)
    asked.invite(2)
    panel.let(5)
    assert levels(asked) == [2]


def test_a_stuck_key_is_f_022_its_rating_is_kept_and_the_other_keys_work(asked):
    panel = Panel(asked)
    panel.send(1, Stroke.DOWN)
    panel.send(1, Stroke.UP)  # this panel tells releases
    asked.let(1_600)
    panel.send(2, Stroke.DOWN)
    panel.let(31)
    assert asked.shown.fault is Fault.KEY_STUCK
    assert levels(asked)[0] == 1
    asked.invite(2)
    panel.let(1)
    panel.send(4, Stroke.DOWN)
    asked.let(100)
    assert levels(asked)[-1] == 4
    panel.send(2, Stroke.UP)
    panel.let(1)
    assert asked.shown.fault is None
