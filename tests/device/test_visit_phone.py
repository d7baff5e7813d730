"""A visit whose citizen goes on on their own phone: the device records silence, and says so honestly."""

from __future__ import annotations

from dataclasses import replace

import pytest

from device.counter import InvitationState
from device.events import Button, ButtonTile, LevelTile
from device.level import Level
from device.press_filter import KeyChoice
from device.row import Outcome
from device.snapshot import Screen, WindowCard
from device.view import Condition, snapshot_of
from device.visit.effects import Record, Tell
from device.visit.happenings import FirstFrame, Made, Offered, RatedByPhone, Tick, Withdrawn
from device.visit.machine import advance
from device.visit.state import Asking, Idle, Phone, Reasons, State, Thanks
from tests.device.visits import RULES, invitation

OFFERING = replace(RULES, phone_offered=True)
FIRST = invitation(1)


def touch(button, at_ms):
    return Made(ButtonTile(button), at_ms, "f" * 32)


def run(*events, rules=OFFERING, first=FIRST):
    state, effects = advance(State(), Offered(first, 0), rules)
    state, _ = advance(state, FirstFrame(10), rules)
    effects = []
    for event in events:
        state, more = advance(state, event, rules)
        effects += more
    return state, effects


def rows(effects):
    return [effect for effect in effects if isinstance(effect, Record)]


def told(effects):
    return [effect.state for effect in effects if isinstance(effect, Tell)]


def shown(state, rules=OFFERING, address="https://h/r/x"):
    return snapshot_of(
        state,
        number=1,
        window=WindowCard("07", "", ""),
        rules=rules,
        condition=Condition(),
        tentative=None,
        address=address,
    )


def test_the_code_is_shown_in_place_of_the_levels_and_the_time_runs_anew():
    state, effects = run(touch(Button.PHONE, 30_000))
    assert effects == []
    snapshot = shown(state)
    assert (snapshot.screen, snapshot.address) == (Screen.PHONE, "https://h/r/x")
    assert snapshot.countdown is not None
    assert snapshot.countdown.until_ms == 90_000


@pytest.mark.parametrize("rules", [RULES, OFFERING])
def test_the_button_is_there_where_the_province_offers_it(rules):
    state, _ = run(rules=rules)
    assert shown(state, rules).phone_offered is rules.phone_offered
    state, _ = run(touch(Button.PHONE, 1_000), rules=rules)
    assert (shown(state, rules).screen is Screen.PHONE) is rules.phone_offered


@pytest.mark.parametrize("first", [replace(FIRST, id=None), replace(FIRST, test=True)])
def test_nobody_uninvited_and_no_test_goes_to_a_phone(first):
    state, _ = run(touch(Button.PHONE, 1_000), first=first)
    assert isinstance(state.phase, Asking)
    assert state.phase.phone is Phone.NOT_SHOWN
    assert not shown(state).phone_offered


@pytest.mark.parametrize("end", [touch(Button.SCANNED, 5_000), Tick(90_000)])
def test_scanned_or_left_alone_it_is_silence_with_thanks_that_promise_nothing(end):
    state, effects = run(touch(Button.PHONE, 1_000), end)
    (row,) = rows(effects)
    assert (row.outcome, row.level, row.flags) == (Outcome.UNANSWERED, None, ("phone_offered",))
    assert told(effects) == [InvitationState.CLOSED]
    assert isinstance(state.phase, Thanks)
    assert shown(state).by_phone


def test_when_the_province_has_the_rating_the_visit_ends_and_the_counter_hears_no_more_than_ever():
    state, effects = run(touch(Button.PHONE, 1_000), RatedByPhone(FIRST.visit, 2_000))
    (row,) = rows(effects)
    assert (row.outcome, row.level, row.flags) == (Outcome.UNANSWERED, None, ("phone_offered",))
    assert told(effects) == [InvitationState.ANSWERED]
    assert isinstance(state.phase, Thanks)


@pytest.mark.parametrize("visit", ["e" * 32, FIRST.visit])
def test_a_word_about_another_visit_or_one_without_a_code_ends_nothing(visit):
    before = (touch(Button.PHONE, 1_000),) if visit != FIRST.visit else ()
    state, effects = run(*before, RatedByPhone(visit, 2_000))
    assert effects == []
    assert isinstance(state.phase, Asking)


def test_a_level_at_the_window_after_the_code_counts_as_ever_and_says_that_there_was_one():
    state, effects = run(
        touch(Button.PHONE, 1_000), touch(Button.BACK, 2_000), Made(LevelTile(Level(2)), 3_000, "")
    )
    (row,) = rows(effects)
    assert (row.outcome, row.level, row.flags) == (Outcome.RATED, 2, ("phone_offered",))
    assert isinstance(state.phase, Reasons)
    state, effects = run(touch(Button.PHONE, 1_000), Made(KeyChoice(5), 2_000, ""))
    assert [row.level for row in rows(effects)] == [5]


def test_once_a_level_is_given_the_phone_is_offered_no_more_and_its_word_is_nothing():
    given = Made(LevelTile(Level(4)), 3_000, "")
    state, effects = run(given, touch(Button.CHANGE, 6_000), touch(Button.PHONE, 8_000))
    assert not shown(state).phone_offered
    state, effects = run(
        touch(Button.PHONE, 1_000), Made(KeyChoice(4), 2_000, ""), RatedByPhone(FIRST.visit, 3_000)
    )
    assert isinstance(state.phase, Reasons)
    assert len(rows(effects)) == 1


def test_a_second_tap_of_the_same_finger_does_nothing_on_the_screen_that_came():
    state, effects = run(touch(Button.PHONE, 1_000), touch(Button.SCANNED, 1_300))
    assert effects == []
    assert isinstance(state.phase, Asking)


def test_a_withdrawal_while_the_code_is_shown_says_that_it_was():
    state, effects = run(touch(Button.PHONE, 1_000), Withdrawn("i-1", 2_000))
    assert [row.flags for row in rows(effects)] == [("phone_offered",)]
    assert isinstance(state.phase, Idle)
