"""Which presses count: alone for 30 ms, not bouncing, not hammered, not under a palm."""

from __future__ import annotations

import pytest

from device.events import KeyDown, KeyUp, LevelTile, TouchDown, TouchUp
from device.level import Level
from device.press_filter import Chosen, FilterRules, FilterState, Hammered, KeyChoice, new_visit, settle, take

RULES = FilterRules()
TILE = LevelTile(Level.SATISFIED)


def run(*events, until_ms=60_000):
    """What the filter lets through of `events`, settled at the end."""
    state, through = FilterState(), []
    for event in events:
        state, outputs = take(state, event, RULES)
        through += outputs
    state, outputs = settle(state, until_ms, RULES)
    return [output for output in (*through, *outputs) if isinstance(output, Chosen | Hammered)]


def keys(*stamped):
    return [KeyDown(key, at_ms) for key, at_ms in stamped]


@pytest.mark.parametrize(
    ("events", "through"),
    [
        pytest.param(keys((5, 0)), [(5, 0)], id="one press is one choice, at its own time"),
        pytest.param(keys((5, 0), (1, 29)), [], id="two keys within 30 ms choose nothing"),
        pytest.param(keys((5, 0), (1, 30)), [(5, 0), (1, 30)], id="two keys 30 ms apart are two choices"),
        pytest.param(keys((1, 0), (2, 20), (3, 45)), [], id="a palm rolling over the keys chooses nothing"),
        pytest.param(keys((4, 0), (4, 10)), [(4, 0)], id="the same key again at once is the same press"),
        pytest.param(
            [KeyDown(4, 0), KeyUp(4, 5), KeyDown(4, 12), KeyUp(4, 60), KeyDown(4, 79)],
            [(4, 0)],
            id="a key that comes down within 20 ms of coming up has bounced",
        ),
        pytest.param(
            [KeyDown(4, 0), KeyUp(4, 100), KeyDown(4, 200)], [(4, 0), (4, 200)], id="two slow presses are two"
        ),
    ],
)
def test_keys(events, through):
    assert run(*events) == [Chosen(KeyChoice(key), at_ms) for key, at_ms in through]


def test_nothing_is_chosen_before_the_press_was_alone_for_30_ms():
    state, _ = take(FilterState(), KeyDown(5, 1000), RULES)
    assert settle(state, 1029, RULES)[1] == ()
    assert settle(state, 1030, RULES)[1] == (Chosen(KeyChoice(5), 1000),)


def test_a_touch_chooses_its_target():
    assert run(TouchDown("a", TILE, 1, 0), TouchUp("a", 80)) == [Chosen(TILE, 0)]


def test_a_touch_under_a_lying_palm_chooses_nothing():
    assert run(TouchDown("palm", None, 1, 0), TouchDown("finger", TILE, 1, 500)) == [Chosen(None, 0)]


def test_a_finger_whose_lifting_was_never_seen_does_not_make_the_screen_dead():
    lost, later = TouchDown("lost", None, 1, 0), TouchDown("finger", TILE, 1, 10_000)
    assert run(lost, later) == [Chosen(None, 0), Chosen(TILE, 10_000)]


def test_a_key_with_a_touch_chooses_nothing():
    assert run(KeyDown(5, 0), TouchDown("a", TILE, 1, 10)) == []


def test_six_presses_within_two_seconds_quieten_the_panel_for_five():
    hammering = keys(*((5, at_ms) for at_ms in range(0, 600, 100)))
    through = run(*hammering, *keys((1, 5499), (2, 5600)))
    assert through == [
        *(Chosen(KeyChoice(5), at) for at in range(0, 500, 100)),
        Hammered(500),
        Chosen(KeyChoice(2), 5600),
    ]


def test_going_on_hammering_keeps_the_panel_quiet():
    hammering = keys(*((5, at_ms) for at_ms in range(0, 12_000, 100)))
    through = run(*hammering)
    assert [output.at_ms for output in through if isinstance(output, Chosen)] == [0, 100, 200, 300, 400]


def test_one_press_in_each_of_many_quick_visits_is_no_hammering():
    state, through = FilterState(), []
    for at_ms in range(0, 3000, 200):
        state = new_visit(state)
        state, outputs = take(state, KeyDown(5, at_ms), RULES)
        through += outputs
        state, outputs = settle(state, at_ms + 30, RULES)
        through += outputs
    assert not any(isinstance(output, Hammered) for output in through)
    assert sum(isinstance(output, Chosen) for output in through) == 15
