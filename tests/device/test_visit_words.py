"""补充说明或留电话: a step that nothing opens by itself, that ends in time and keeps the rating."""

from __future__ import annotations

from dataclasses import replace

import pytest

from device.events import Button, ButtonTile, ConfidedTile, LanguageTile, LevelTile, ReasonTile
from device.level import Level
from device.press_filter import KeyChoice
from device.row import Outcome
from device.visit.choosing import takes
from device.visit.effects import Record
from device.visit.happenings import Extended, FirstFrame, Made, Offered, Stormed, Tick, Withdrawn
from device.visit.machine import advance
from device.visit.state import MOST_EXTENSIONS, Asking, Reasons, State, Thanks, Words, due_ms
from tests.device import visits
from tests.device.sealed import CONFIDED
from tests.device.visits import invitation

RULES = replace(visits.RULES, words_offered=True, words_ms=90_000)
LEAVE, BACK = ButtonTile(Button.WORDS), ButtonTile(Button.BACK)


class Visit:
    """A visit whose level was given at 1000; touches are told by the time since."""

    def __init__(self, level=Level.DISSATISFIED, *, rules=RULES):
        self.rules = rules
        self.state = State()
        self.effects = []
        self.happen(Offered(invitation(), 0))
        self.happen(FirstFrame(500))
        self.happen(Made(LevelTile(level), 1_000, ""))

    def happen(self, event):
        self.state, effects = advance(self.state, event, self.rules)
        self.effects += effects

    def touch(self, choice, at_ms):
        self.happen(Made(choice, at_ms, ""))

    @property
    def phase(self):
        return self.state.phase

    @property
    def rows(self):
        return [effect for effect in self.effects if isinstance(effect, Record)]


def typing(level=Level.DISSATISFIED, *, rules=RULES):
    """A visit in which words are typed since 3000."""
    visit = Visit(level, rules=rules)
    visit.touch(LEAVE, 3_000)
    assert isinstance(visit.phase, Words)
    return visit


@pytest.mark.parametrize("level", Level)
def test_it_is_offered_at_every_level_alike_and_opens_only_when_touched(level):
    visit = Visit(level)
    visit.happen(Tick(2_900))
    assert isinstance(visit.phase, Reasons)
    visit.touch(LEAVE, 3_000)
    assert isinstance(visit.phase, Words)
    assert visit.phase.until_ms == due_ms(visit.state) == 93_000
    assert len(visit.rows) == 1


def test_without_a_key_to_seal_to_it_does_not_open():
    visit = Visit(rules=visits.RULES)
    visit.touch(LEAVE, 3_000)
    assert isinstance(visit.phase, Reasons)


def test_what_is_confided_goes_with_a_row_that_replaces_the_one_before_and_then_thanks():
    visit = Visit()
    visit.touch(ReasonTile("207"), 2_500)
    visit.touch(LEAVE, 3_000)
    visit.touch(ConfidedTile(CONFIDED), 20_000)
    assert isinstance(visit.phase, Thanks)
    first, last = visit.rows
    assert (first.confided, first.replaces) == (None, False)
    assert (last.outcome, last.level, last.indicators, last.confided) == (
        Outcome.RATED,
        Level.DISSATISFIED,
        ("207",),
        CONFIDED,
    )
    assert (last.replaces, last.at_ms) == (True, 20_000)


def test_words_alone_are_a_row_though_no_reason_was_ticked():
    visit = typing()
    visit.touch(ConfidedTile(CONFIDED), 20_000)
    assert [row.confided for row in visit.rows] == [None, CONFIDED]


def test_back_keeps_the_reasons_and_records_nothing():
    visit = Visit()
    visit.touch(ButtonTile(Button.MORE), 2_500)
    visit.touch(ReasonTile("210"), 2_600)
    visit.touch(LEAVE, 3_000)
    visit.touch(BACK, 30_000)
    assert isinstance(visit.phase, Reasons)
    assert (visit.phase.page, visit.phase.said.chosen) == (1, ("210",))
    assert visit.phase.until_ms == 50_000
    assert len(visit.rows) == 1
    visit.touch(ButtonTile(Button.FINISH), 31_000)
    assert [row.indicators for row in visit.rows] == [(), ("210",)]
    assert all(row.confided is None for row in visit.rows)


def test_time_that_runs_out_drops_what_was_typed_and_keeps_the_rating():
    visit = Visit()
    visit.touch(ReasonTile("207"), 2_500)
    visit.touch(LEAVE, 3_000)
    visit.happen(Tick(92_999))
    assert isinstance(visit.phase, Words)
    visit.happen(Tick(93_000))
    assert isinstance(visit.phase, Thanks)
    assert [(row.level, row.indicators, row.confided) for row in visit.rows] == [
        (Level.DISSATISFIED, (), None),
        (Level.DISSATISFIED, ("207",), None),
    ]


def test_typing_puts_the_end_off_but_not_for_ever():
    visit = typing()
    at_ms = 3_000
    while isinstance(visit.phase, Words):
        visit.happen(Extended(at_ms))
        at_ms += 30_000
        visit.happen(Tick(at_ms))
    longest_ms = (RULES.reasons_ms + RULES.words_ms) * MOST_EXTENSIONS
    assert RULES.words_ms * MOST_EXTENSIONS < at_ms <= 1_000 + longest_ms + 30_000


def test_going_to_and_fro_does_not_put_the_end_off_again_and_again():
    visit = typing()
    ends = set()
    for n in range(1, 6):
        visit.touch(BACK, 3_000 + n * 2_000)
        ends.add(visit.phase.ends_by_ms)
        visit.touch(LEAVE, 4_000 + n * 2_000)
        ends.add(visit.phase.ends_by_ms)
    visit.touch(BACK, 20_000)
    visit.touch(ButtonTile(Button.CHANGE), 21_000)
    visit.happen(FirstFrame(21_100))
    visit.touch(LevelTile(Level.SATISFIED), 22_000)
    visit.touch(LEAVE, 24_000)
    assert isinstance(visit.phase, Words)
    ends.add(visit.phase.ends_by_ms)
    assert len(ends) == 1


def test_words_after_a_change_are_of_the_new_level():
    visit = Visit()
    visit.touch(ButtonTile(Button.CHANGE), 3_000)
    assert isinstance(visit.phase, Asking)
    visit.happen(FirstFrame(3_100))
    visit.touch(LevelTile(Level.SATISFIED), 4_000)
    visit.touch(LEAVE, 6_000)
    visit.touch(ConfidedTile(CONFIDED), 20_000)
    assert [(row.level, row.flags) for row in visit.rows] == [
        (Level.DISSATISFIED, ()),
        (Level.SATISFIED, ("changed",)),
        (Level.SATISFIED, ("changed",)),
    ]


@pytest.mark.parametrize("key", range(1, 6))
def test_keys_do_nothing_while_somebody_types(key):
    visit = typing()
    before = visit.phase
    assert not takes(visit.phase, KeyChoice(key), 20_000)
    visit.touch(KeyChoice(key), 20_000)
    assert visit.phase == before
    assert len(visit.rows) == 1


@pytest.mark.parametrize("choice", [None, LEAVE, LevelTile(Level.SATISFIED), ReasonTile("207")])
def test_what_is_not_on_its_screen_does_nothing(choice):
    visit = typing()
    before = visit.phase
    visit.touch(choice, 20_000)
    assert visit.phase == before


def test_a_second_tap_of_the_same_finger_is_nothing():
    visit = typing()
    visit.touch(BACK, 3_200)
    assert isinstance(visit.phase, Words)
    visit.touch(BACK, 3_500)
    assert isinstance(visit.phase, Reasons)
    visit.touch(LEAVE, 3_700)
    assert isinstance(visit.phase, Reasons)


def test_what_is_confided_on_another_screen_is_nothing():
    visit = Visit()
    visit.touch(ConfidedTile(CONFIDED), 3_000)
    assert isinstance(visit.phase, Reasons)
    assert [row.confided for row in visit.rows] == [None]


def test_the_language_can_be_changed_while_typing():
    visit = typing()
    visit.touch(LanguageTile("en"), 20_000)
    assert isinstance(visit.phase, Words)
    visit.touch(ConfidedTile(CONFIDED), 21_000)
    assert visit.rows[-1].language == "en"


def test_a_hammered_panel_is_flagged_with_what_is_confided():
    visit = typing()
    visit.happen(Stormed(20_000))
    visit.touch(ConfidedTile(CONFIDED), 21_000)
    assert visit.rows[-1].flags == ("burst",)


def test_nothing_from_the_counter_cuts_it_short():
    visit = typing()
    visit.happen(Withdrawn("i-1", 20_000))
    visit.happen(Offered(invitation(2, show_by_ms=200_000), 21_000))
    assert isinstance(visit.phase, Words)
    visit.touch(ConfidedTile(CONFIDED), 22_000)
    visit.happen(Tick(25_000))
    assert isinstance(visit.phase, Asking)
    assert visit.phase.invitation.id == "i-2"
