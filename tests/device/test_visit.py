"""Visits as tables: what happens, and what must have been recorded and told at the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from device.counter import InvitationState
from device.events import Button, ButtonTile, LanguageTile, LevelTile, ReasonTile
from device.level import Level
from device.press_filter import KeyChoice
from device.row import Outcome
from device.visit.effects import Record, Tell
from device.visit.happenings import (
    ClerkChanged,
    Extended,
    FirstFrame,
    Made,
    Offered,
    PauseChanged,
    Stormed,
    Tick,
    Withdrawn,
)
from device.visit.machine import advance
from device.visit.state import Asking, Idle, Reasons, State, Thanks, due_ms
from tests.device.visits import RULES, invitation

FIRST, SECOND = invitation(1), invitation(2)


def key(number, at_ms):
    return Made(KeyChoice(number), at_ms, "f" * 32)


def touch(target, at_ms):
    return Made(target, at_ms, "f" * 32)


def play(*events, rules=RULES):
    state, effects = State(), []
    for event in events:
        state, more = advance(state, event, rules)
        effects += more
    return state, effects


def recorded(effects):
    return [
        (e.outcome.value, e.level, e.indicators, e.flags, e.replaces)
        for e in effects
        if isinstance(e, Record)
    ]


def told(effects):
    return [(e.id, e.state.value) for e in effects if isinstance(e, Tell)]


BEGUN = (Offered(FIRST, 1000), FirstFrame(1100))
RATED_2 = (*BEGUN, key(2, 3000))

TABLE = [
    pytest.param(
        (*RATED_2, Tick(23_000), Tick(26_000)),
        [("rated", 2, (), (), False)],
        [("i-1", "answered")],
        id="a press is recorded at once; without reasons nothing more is",
    ),
    pytest.param(
        (*RATED_2, key(1, 4600), key(3, 5000), key(5, 5400)),
        [("rated", 2, (), (), False), ("rated", 2, ("207", "209"), (), True)],
        [("i-1", "answered")],
        id="reasons make one further row that replaces the first",
    ),
    pytest.param(
        (*RATED_2, key(1, 4499), key(5, 4499)),
        [("rated", 2, (), (), False)],
        [("i-1", "answered")],
        id="keys are dead for 1.5 s after a level",
    ),
    pytest.param(
        (*RATED_2, key(4, 4600), key(2, 5000), key(5, 5400)),
        [("rated", 2, (), (), False), ("rated", 2, ("211",), (), True)],
        [("i-1", "answered")],
        id="key 4 turns the page",
    ),
    pytest.param(
        (*RATED_2, key(4, 4600), key(4, 5000), key(3, 5200), Tick(30_000)),
        [("rated", 2, (), (), False)],
        [("i-1", "answered")],
        id="a key without a reason on the last page chooses nothing",
    ),
    pytest.param(
        (*RATED_2, touch(ReasonTile("207"), 4600), touch(ReasonTile("207"), 5000), Tick(30_000)),
        [("rated", 2, (), (), False)],
        [("i-1", "answered")],
        id="a reason touched twice is not chosen",
    ),
    pytest.param(
        (*RATED_2, touch(ReasonTile("510"), 4600), Tick(30_000)),
        [("rated", 2, (), (), False)],
        [("i-1", "answered")],
        id="a reason of another level is never taken",
    ),
    pytest.param(
        (*RATED_2, touch(ReasonTile("208"), 4600), Tick(23_001)),
        [("rated", 2, (), (), False), ("rated", 2, ("208",), (), True)],
        [("i-1", "answered")],
        id="a time-out keeps the reasons that were ticked",
    ),
    pytest.param(
        (
            *RATED_2,
            touch(ButtonTile(Button.CHANGE), 4600),
            FirstFrame(4700),
            touch(LevelTile(Level.SATISFIED), 5000),
            Tick(30_000),
        ),
        [("rated", 2, (), (), False), ("rated", 4, (), ("changed",), True)],
        [("i-1", "answered")],
        id="a changed level replaces the first and is flagged",
    ),
    pytest.param(
        (
            *RATED_2,
            touch(ReasonTile("208"), 4600),
            touch(ButtonTile(Button.CHANGE), 4700),
            FirstFrame(4800),
            Tick(30_000),
        ),
        [("rated", 2, (), (), False), ("rated", 2, ("208",), (), True)],
        [("i-1", "answered")],
        id="without a new choice the first stands, with its reasons",
    ),
    pytest.param(
        (*RATED_2, touch(ButtonTile(Button.CHANGE), 4600), FirstFrame(4700), key(2, 5000), Tick(40_000)),
        [("rated", 2, (), (), False)],
        [("i-1", "answered")],
        id="the same level again is no change",
    ),
    pytest.param(
        (*BEGUN, touch(ButtonTile(Button.DECLINE), 3000), Tick(6000)),
        [("declined", None, (), (), False)],
        [("i-1", "closed")],
        id="declining is recorded as declining",
    ),
    pytest.param(
        (*BEGUN, Tick(61_000)),
        [("unanswered", None, (), (), False)],
        [("i-1", "closed")],
        id="silence is recorded as silence",
    ),
    pytest.param(
        (*BEGUN, Extended(40_000), Tick(61_000), Tick(99_999)),
        [],
        [],
        id="any touch extends the time to answer",
    ),
    pytest.param(
        (*BEGUN, Withdrawn("i-1", 2000)),
        [("cancelled", None, (), (), False)],
        [("i-1", "closed")],
        id="the counter may cancel before the level",
    ),
    pytest.param(
        (*RATED_2, Withdrawn("i-1", 3100), PauseChanged(True, 3100), ClerkChanged(None, 3100)),
        [("rated", 2, (), (), False)],
        [("i-1", "answered")],
        id="after the level nothing from the counter cuts the visit short",
    ),
    pytest.param(
        (Offered(FIRST, 1000), key(1, 1050), FirstFrame(1100), key(1, 1099)),
        [],
        [],
        id="presses before the first frame are dropped",
    ),
    pytest.param(
        (*RATED_2, Stormed(3500), Tick(23_000)),
        [("rated", 2, (), (), False), ("rated", 2, (), ("burst",), True)],
        [("i-1", "answered")],
        id="hammering after the level is flagged on a further row",
    ),
    pytest.param(
        (*BEGUN, Stormed(2000), key(5, 9000)),
        [("rated", 5, (), ("burst",), False)],
        [("i-1", "answered")],
        id="hammering before the level is flagged on its row",
    ),
    pytest.param(
        (
            *BEGUN,
            Offered(SECOND, 2000),
            key(5, 3000),
            Tick(23_000),
            Tick(26_000),
            FirstFrame(26_100),
            key(1, 27_000),
        ),
        [("rated", 5, (), (), False), ("rated", 1, (), (), False)],
        [("i-1", "answered"), ("i-2", "answered")],
        id="a waiting invitation is shown when the visit ends",
    ),
    pytest.param(
        (*BEGUN, Offered(replace(SECOND, show_by_ms=5000), 2000), Tick(5000)),
        [("unanswered", None, (), ("not_shown",), False)],
        [("i-2", "closed")],
        id="an invitation that waited too long was never shown, and says so",
    ),
    pytest.param(
        (*BEGUN, Offered(SECOND, 2000), Withdrawn("i-2", 3000), key(5, 4000)),
        [("cancelled", None, (), (), False), ("rated", 5, (), (), False)],
        [("i-2", "closed"), ("i-1", "answered")],
        id="a waiting invitation can be cancelled",
    ),
    pytest.param(
        (key(5, 1000), touch(LevelTile(Level(1)), 1500)), [], [], id="uninvited presses are refused"
    ),
    pytest.param(
        (*RATED_2, Tick(23_000), key(5, 23_500), touch(ReasonTile("207"), 23_600), Tick(26_000)),
        [("rated", 2, (), (), False)],
        [("i-1", "answered")],
        id="nothing is recorded after thanks",
    ),
]


@pytest.mark.parametrize(("events", "rows", "tells"), TABLE)
def test_a_visit(events, rows, tells):
    _, effects = play(*events)
    assert recorded(effects) == rows
    assert told(effects) == tells


def test_the_phases_follow_one_another_for_every_level_alike():
    for level in Level:
        phases = []
        state = State()
        for event in (*BEGUN, key(int(level), 3000), Tick(23_000), Tick(26_000)):
            state, _ = advance(state, event, RULES)
            phases.append((type(state.phase), due_ms(state)))
        assert phases == [
            (Asking, 61_000),
            (Asking, 61_000),
            (Reasons, 23_000),
            (Thanks, 26_000),
            (Idle, None),
        ]


def test_touching_cannot_hold_the_window_for_ever():
    state, _ = play(*RATED_2)
    at_ms = 3000
    while isinstance(state.phase, Reasons) and at_ms < 10_000_000:
        at_ms += 10_000
        state, _ = advance(state, Extended(at_ms), RULES)
        state, _ = advance(state, Tick(at_ms), RULES)
    assert at_ms == 3000 + 10 * RULES.reasons_ms


def test_the_counter_learns_of_an_answer_only_with_its_record():
    state, _ = play(*BEGUN)
    _, effects = advance(state, key(1, 3000), RULES)
    assert [type(effect) for effect in effects] == [Record, Tell]
    assert effects[1] == Tell("i-1", InvitationState.ANSWERED)


def test_an_uninvited_touch_is_taken_and_flagged_where_the_setting_says_so():
    rules = replace(RULES, uninvited_taken=True)
    state, effects = play(touch(None, 1000), FirstFrame(1100), key(3, 2000), rules=rules)
    assert recorded(effects) == [("rated", 3, (), ("uninvited",), False)]
    assert told(effects) == []
    assert isinstance(state.phase, Reasons)
    _, effects = play(touch(None, 1000), FirstFrame(1100), Tick(61_000), rules=rules)
    assert recorded(effects) == []


def test_the_language_chosen_in_a_visit_is_recorded_and_ends_with_it():
    state, effects = play(*BEGUN, touch(LanguageTile("en"), 2000), key(5, 3000))
    assert [e.language for e in effects if isinstance(e, Record)] == ["en"]
    state, _ = advance(state, Tick(23_000), RULES)
    state, _ = advance(state, Tick(26_000), RULES)
    assert state.language == "zh-Hans"


def test_the_language_chosen_on_the_idle_screen_holds_for_the_next_visit():
    _, effects = play(touch(LanguageTile("en"), 500), *BEGUN, key(5, 3000))
    assert [e.language for e in effects if isinstance(e, Record)] == ["en"]


def test_a_pause_waits_until_the_visit_is_over():
    state, _ = play(*BEGUN, PauseChanged(True, 2000))
    assert isinstance(state.phase, Asking)
    assert state.paused


def test_an_outcome_without_a_press_never_has_a_level():
    for outcome in Outcome:
        if outcome is not Outcome.RATED:
            assert Record(FIRST, outcome, 0, "zh-Hans").level is None
