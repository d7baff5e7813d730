"""A state machine over press filter and visit: whatever people and counters do, no level is made up."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from device.confided import Confided
from device.counter import InvitationState
from device.events import (
    Button,
    ButtonTile,
    ConfidedTile,
    KeyDown,
    KeyUp,
    LevelTile,
    ReasonTile,
    ReceiptTile,
    TouchDown,
    TouchUp,
)
from device.level import Level
from device.press_filter import (
    Chosen,
    FilterRules,
    FilterState,
    Hammered,
    KeyChoice,
    Touched,
    new_visit,
    settle,
    take,
)
from device.row import Outcome
from device.visit.effects import Issue, Record, Show, Tell
from device.visit.happenings import (
    CleaningWanted,
    ClerkChanged,
    Extended,
    FirstFrame,
    Made,
    Offered,
    PauseChanged,
    RatedByPhone,
    Stormed,
    Tick,
    Withdrawn,
)
from device.visit.machine import advance
from device.visit.state import Asking, Cleaning, Idle, Reasons, Receipt, State, Words
from tests.device import visits
from tests.device.visits import invitation

FILTER = FilterRules()
RULES = replace(visits.RULES, words_offered=True, phone_offered=True, receipt_url="https://example.gov.cn")
CONFIDED = Confided("好", "110", "2026-1")
levels = st.sampled_from(Level)
reasons = st.sampled_from([indicator.code for indicator in RULES.indicators.indicators])
targets = (
    st.none()
    | levels.map(LevelTile)
    | reasons.map(ReasonTile)
    | st.sampled_from(Button).map(ButtonTile)
    | st.just(ConfidedTile(CONFIDED))
    | st.just(ReceiptTile("4071"))
)


class Window(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.now_ms = 1000
        self.filter = FilterState()
        self.state = State()
        self.given = {}  # visit → levels that a lone key or tile gave while the levels were drawn
        self.rows = {}  # visit → its rows
        self.told = {}
        self.offered = 0

    # ---- what people and counters do ----

    @rule(ms=st.sampled_from([1, 10, 29, 30, 31, 100, 400, 1500, 3000, 20_000, 61_000]))
    def time_passes(self, ms):
        self.now_ms += ms
        self.pass_time()

    @rule(key=st.integers(1, 5))
    def a_key_goes_down(self, key):
        self.feel(KeyDown(key, self.now_ms))

    @rule(key=st.integers(1, 5))
    def a_key_comes_up(self, key):
        self.feel(KeyUp(key, self.now_ms))

    @rule(touch=st.sampled_from("ab"), on=targets)
    def a_finger_comes_down(self, touch, on):
        self.feel(TouchDown(touch, on, 1, self.now_ms))

    @rule(touch=st.sampled_from("ab"))
    def a_finger_is_lifted(self, touch):
        self.feel(TouchUp(touch, self.now_ms))

    @rule()
    def a_frame_is_drawn(self):
        self.happen(FirstFrame(self.now_ms))

    @rule()
    def the_counter_invites(self):
        if self.state.waiting is None:
            self.offered += 1
            self.happen(Offered(invitation(self.offered, show_by_ms=self.now_ms + 30_000), self.now_ms))

    @rule(number=st.integers(1, 3))
    def the_counter_cancels(self, number):
        self.happen(Withdrawn(f"i-{number}", self.now_ms))

    @rule(number=st.integers(1, 3))
    def the_province_says_that_a_phone_rated(self, number):
        self.happen(RatedByPhone(f"{number:032x}", self.now_ms))

    @rule(paused=st.booleans())
    def the_counter_pauses(self, paused):
        self.happen(PauseChanged(paused, self.now_ms))

    @rule()
    def staff_want_to_clean(self):
        before = self.state
        self.happen(CleaningWanted(self.now_ms))
        if isinstance(self.state.phase, Cleaning):
            assert isinstance(before.phase, Idle | Cleaning), "never over somebody who is asked"

    @rule(clerk=st.none() | st.just("C0231"))
    def the_clerk_changes(self, clerk):
        self.happen(ClerkChanged(clerk, self.now_ms))

    # ---- the loop, in short ----

    def feel(self, event):
        self.filter, outputs = take(self.filter, event, FILTER)
        self.let_through(outputs)
        self.pass_time()

    def pass_time(self):
        self.filter, outputs = settle(self.filter, self.now_ms, FILTER)
        self.let_through(outputs)
        if self.filter.pending is None:
            self.happen(Tick(self.now_ms))

    def let_through(self, outputs):
        for output in outputs:
            match output:
                case Chosen(choice, at_ms):
                    self.note_given(choice, at_ms)
                    self.happen(Made(choice, at_ms, "f" * 32))
                case Touched(at_ms):
                    self.happen(Extended(at_ms))
                case Hammered(at_ms):
                    self.happen(Stormed(at_ms))

    def note_given(self, choice, at_ms):
        phase = self.state.phase
        if isinstance(phase, Asking) and phase.drawn_ms is not None and phase.drawn_ms <= at_ms:
            if isinstance(choice, KeyChoice):
                self.given.setdefault(phase.invitation.visit, []).append(Level(choice.key))
            elif isinstance(choice, LevelTile):
                self.given.setdefault(phase.invitation.visit, []).append(choice.level)

    def happen(self, event):
        before = self.state.phase
        wiping = isinstance(before, Cleaning) and isinstance(event, Made | Extended | Stormed)
        self.state, effects = advance(self.state, event, RULES)
        self.note_confided(before, event, effects)
        assert not wiping or (self.state.phase, effects) == (before, ()), "a cloth means nothing"
        for effect in effects:
            match effect:
                case Record():
                    self.rows.setdefault(effect.invitation.visit, []).append(effect)
                case Tell(id_, state):
                    assert self.told.setdefault(id_, state) is state, "the counter learnt two things"
                case Issue():
                    assert isinstance(before, Receipt)
                    assert before.code is None, "a code is shown once a word was chosen, and once only"
                    assert isinstance(event, Made)
                    assert effect.invitation.visit in self.given
                case Show():
                    self.filter = new_visit(self.filter)

    def note_confided(self, before, event, effects):
        """Words come by 完成 of their own screen only, with the level and the reasons as they stand."""
        confided = [effect for effect in effects if isinstance(effect, Record) and effect.confided]
        if confided:
            (row,) = confided
            assert isinstance(before, Words)
            assert isinstance(event, Made)
            assert event.choice == ConfidedTile(row.confided)
            assert (row.level, set(row.indicators)) == (before.said.level, set(before.said.chosen))
            assert row.replaces
        if isinstance(self.state.phase, Words) and not isinstance(before, Words):
            assert isinstance(before, Reasons), "nothing opens by itself"
            assert isinstance(event, Made)

    # ---- what must always hold ----

    @invariant()
    def nothing_that_was_typed_is_in_the_state(self):
        assert "好" not in repr(self.state)

    @invariant()
    def a_visit_confides_once_and_last(self):
        for rows in self.rows.values():
            assert all(row.confided is None for row in rows[:-1])

    @invariant()
    def every_level_was_given(self):
        for visit, rows in self.rows.items():
            for row in rows:
                if row.level is not None:
                    assert row.level in self.given.get(visit, [])
                    assert row.outcome is Outcome.RATED
                else:
                    assert row.outcome is not Outcome.RATED

    @invariant()
    def every_given_level_was_recorded(self):
        assert self.given.keys() <= self.rows.keys()

    @invariant()
    def a_visit_has_one_row_and_those_that_replace_it(self):
        for rows in self.rows.values():
            assert [row.replaces for row in rows] == [False] + [True] * (len(rows) - 1)
            assert len({row.outcome for row in rows}) == 1

    @invariant()
    def a_reason_belongs_to_its_level(self):
        for rows in self.rows.values():
            for row in rows:
                assert all(code[0] == str(int(row.level)) for code in row.indicators)

    @invariant()
    def the_counter_knows_exactly_the_visits_with_rows(self):
        ended = {rows[0].invitation.id: rows[0].outcome for rows in self.rows.values()}
        assert self.told.keys() == ended.keys()
        for id_, outcome in ended.items():
            expected = InvitationState.ANSWERED if outcome is Outcome.RATED else InvitationState.CLOSED
            assert self.told[id_] is expected


TestWindow = Window.TestCase
TestWindow.settings = settings(max_examples=150, stateful_step_count=60)
