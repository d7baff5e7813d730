"""The device loop: takes events out of the inbox one by one; nothing else touches the state."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable

from device.acceptance import Acceptance
from device.cleaning_hold import CleaningHold
from device.clock import Clock
from device.counter import InvitationCancel
from device.errors import LedgerError
from device.events import (
    Beat,
    Button,
    ButtonTile,
    ConfirmTile,
    CounterCall,
    Drawn,
    Event,
    ExploreTile,
    HeadphonesChanged,
    KeyDown,
    KeyUp,
    LanguageTile,
    PanelChanged,
    PhotoRead,
    SpeakerChanged,
    Stop,
    TechnicianCall,
    TouchDown,
    TouchUp,
    Typed,
)
from device.house_watch import HouseWatch
from device.inbox import Inbox
from device.lifeline import Lifeline
from device.orderly import Orderly
from device.press_filter import (
    Choice,
    Chosen,
    Felt,
    FilterInput,
    FilterOutput,
    FilterRules,
    FilterState,
    Hammered,
    Held,
    KeyChoice,
    Touched,
    calm,
    listen,
    new_visit,
    settle,
    take,
)
from device.press_filter import due_ms as filter_due_ms
from device.reception import Reception
from device.row import Outcome
from device.signaller import Signaller, mood_of
from device.signals import Mood
from device.technician import TechnicianAnswer, TechnicianVerb
from device.visit.choosing import takes
from device.visit.effects import Effect, Record, Show
from device.visit.happenings import (
    CleaningWanted,
    Extended,
    FirstFrame,
    HeadphonesMoved,
    Made,
    Stormed,
    Tick,
    VisitEvent,
)
from device.visit.state import Cleaning, Idle, Reasons, Receipt, Words
from device.voice.announcer import Announcer
from device.window import Window

log = logging.getLogger(__name__)

# How often the card is looked at, and the agent's file for what the province says: both cost a fraction of a
# millisecond.
_LOOK_EVERY_MS = 1_000


class DeviceLoop:
    """Runs in one thread, which owns the visit, the ledger and the invitations.

    Feeders only enqueue; replies and snapshots are handed to sinks that never wait. `releases_told`: the
    panel is known to tell them; else that is learnt from the first.
    """

    def __init__(
        self,
        *,
        inbox: Inbox,
        clock: Clock,
        window: Window,
        reception: Reception,
        filter_rules: FilterRules,
        watch: HouseWatch,
        signaller: Signaller,
        lifeline: Lifeline,
        acceptance: Acceptance,
        announcer: Announcer,
        releases_told: bool = False,
        orderly: Orderly | None = None,
    ) -> None:
        self._inbox = inbox
        self._clock = clock
        self._window = window
        self._reception = reception
        self._filter_rules = filter_rules
        self._filter = FilterState(tells_releases=releases_told)
        self._announcer = announcer
        self._acceptance = acceptance
        self._watch = watch
        self._orderly = orderly
        self._upkeep_at_ms = 0
        self._signaller = signaller
        self._lifeline = lifeline
        self._hold = CleaningHold()
        self._look_at_ms = 0
        self._held: list[CounterCall] = []  # cancels that wait for a press already made

    def run(self) -> None:
        """Until Stop is taken out of the inbox. The files are closed at the return."""
        try:
            # First: what ends as interrupted is written at the opening, and should know its time.
            self._watch.begin()
            self._window.open()
            while self.turn():
                pass
        finally:
            self._window.close()

    def turn(self) -> bool:
        """Wait for one event or for time, and deal with it. False after Stop."""
        event = self._inbox.get(self._wait_s())
        if isinstance(event, Stop):
            self._finish()
            return False
        if event is not None:
            self._handle(event)
        self._pass_time()
        return True

    def _wait_s(self) -> float:
        pending_ms = filter_due_ms(self._filter, self._filter_rules)
        undecided = self._filter.undecided
        visit_ms = pending_ms if undecided else self._window.due_ms
        test_ms = pending_ms if undecided else self._acceptance.due_ms
        hold_ms = pending_ms if undecided else self._hold.due_ms
        times = (
            pending_ms,
            self._upkeep_at_ms,
            self._look_at_ms,
            visit_ms,
            test_ms,
            hold_ms,
            self._signaller.due_ms,
            self._announcer.due_ms,
        )
        soonest = min(at_ms for at_ms in times if at_ms is not None)
        return max(0, soonest - self._clock.mono_ms()) / 1000

    def _finish(self) -> None:
        """What a citizen has ticked is kept when the device is stopped in the middle."""
        phase = self._window.state.phase
        if isinstance(phase, Reasons | Words | Receipt):
            self._window.apply(Tick(phase.until_ms))
        self._signaller.go_dark()

    def _handle(self, event: Event) -> None:
        match event:
            case KeyDown(key, _):
                self._watch.key_pressed(key)
                self._press(event)
            case KeyUp(key, at_ms):
                self._press(event)
                self._acceptance.key_up(key, at_ms)
            case TouchUp():
                self._press(event)
            case TouchDown(touch, _, shown, at_ms):
                stale = shown < self._window.first_number
                self._press(TouchDown(touch, None, shown, at_ms) if stale else event)
            case Typed(at_ms):
                self._apply(Extended(at_ms))
            case Beat(at_ms):
                self._lifeline.screen_answered(at_ms)
            case Drawn(number, at_ms):
                self._lifeline.screen_answered(at_ms)
                self._watch.screen_drew(number)
                if number >= self._window.first_number:
                    self._apply(FirstFrame(at_ms))
            case PanelChanged(condition, _, why):
                self._watch.panel_changed(condition, why)
            case PhotoRead():
                self._window.take_photo(event)
            case HeadphonesChanged(plugged, at_ms):
                self._apply(HeadphonesMoved(plugged, at_ms))
                self._announcer.plug(plugged=plugged)
            case SpeakerChanged(works, _, why):
                self._watch.speaker_changed(why, works=works)
            case CounterCall():
                self._call(event)
            case TechnicianCall(verb, reply):
                self._technician(verb, reply)
            case Stop():
                raise AssertionError("Stop is taken by turn()")

    def _pass_time(self) -> None:
        now_ms = self._clock.mono_ms()
        self._filter, outputs = settle(self._filter, now_ms, self._filter_rules)
        self._filtered(outputs)
        due_ms = self._window.due_ms
        # A press that waits to stand alone was made in time: the visit does not end under it.
        if due_ms is not None and now_ms >= due_ms and not self._filter.undecided:
            self._apply(Tick(now_ms))
        if not self._filter.undecided:
            self._acceptance.pass_time()
            self._begin_cleaning(now_ms)
        if self._held and not self._filter.undecided:
            held, self._held = self._held, []
            for call in held:
                self._call(call)
        if now_ms >= self._look_at_ms:
            self._window.check_service()
            self._window.check_card()
            self._window.look_for_settings()
            self._obey()
            self._look_at_ms = now_ms + _LOOK_EVERY_MS
        if now_ms >= self._upkeep_at_ms:
            self._window.check_room()
            self._upkeep_at_ms = now_ms + self._watch.look(now_ms)
        self._speak()
        mood = mood_of(self._window.state.phase, can_record=self._window.fault is None)
        testing = self._acceptance.key_test_on and mood is Mood.DARK
        self._signaller.settle(Mood.AWAITING if testing else mood)

    def _speak(self) -> None:
        scene = self._window.scene()
        if scene is not None:
            self._announcer.look(scene)
        self._window.wear(self._announcer.face)
        self._filter = listen(
            self._filter, spoken=self._announcer.spoken and not self._acceptance.key_test_on
        )

    def _obey(self) -> None:
        # A press that waits to stand alone was made before the order came; a technician's test before both.
        if self._orderly is None or self._filter.undecided or self._acceptance.key_test_on:
            return
        try:
            self._begun(self._orderly.look())
        except LedgerError as error:
            self._window.fail(error)

    # ---- presses and touches ----

    def _press(self, event: FilterInput) -> None:
        self._hold = self._hold.after(event)
        # What a cloth does is nothing, hammering included; what is let go was perhaps held before.
        if isinstance(self._window.state.phase, Cleaning) and isinstance(event, KeyDown | TouchDown):
            return
        if self._acceptance.key_test_on:
            self._filter = calm(self._filter)
        self._filter, outputs = take(self._filter, event, self._filter_rules)
        self._filtered(outputs)
        self._window.feel(self._filter.tentative())

    def _filtered(self, outputs: tuple[FilterOutput, ...]) -> None:
        for output in outputs:
            match output:
                case Chosen(choice, at_ms):
                    self._choose(choice, at_ms)
                    self._window.feel(None)
                case Held(key, _):
                    self._announcer.hold(key)
                    self._window.feel(None)
                case Touched(at_ms):
                    self._apply(Extended(at_ms))
                case Felt(choice, at_ms):
                    phase = self._window.state.phase
                    tried = self._acceptance.key_test_on and isinstance(choice, KeyChoice)
                    if self._window.fault is None and (tried or takes(phase, choice, at_ms)):
                        self._signaller.acknowledge()
                case Hammered(at_ms):
                    log.warning("panel hammered")
                    self._apply(Stormed(at_ms))

    def _begin_cleaning(self, now_ms: int) -> None:
        """Once the hold was long enough; only on the idle screen does it count at all."""
        if not isinstance(self._window.state.phase, Idle) or self._acceptance.key_test_on:
            self._hold = self._hold.let_go()
        elif self._hold.due_ms is not None and now_ms >= self._hold.due_ms:
            self._hold = self._hold.let_go()
            self._apply(CleaningWanted(now_ms))

    def _choose(self, choice: Choice | None, at_ms: int) -> None:
        match choice:
            case ButtonTile(Button.READ_ALOUD):
                self._announcer.read_aloud()
                return
            case ExploreTile(target):
                if takes(self._window.state.phase, choice, at_ms):
                    self._announcer.explore(target)
                return
            case ConfirmTile():
                choice = self._announcer.confirm()
                if choice is None:
                    return
            case KeyChoice():
                self._announcer.explain()
        if not self._acceptance.key_test_on or isinstance(choice, LanguageTile):
            self._apply(Made(choice, at_ms, secrets.token_hex(16)))
        elif isinstance(choice, KeyChoice):
            self._acceptance.key_down(choice.key, at_ms)

    def _apply(self, event: VisitEvent) -> None:
        self._begun(self._window.apply(event))

    def _begun(self, effects: tuple[Effect, ...]) -> None:
        if any(isinstance(effect, Show) for effect in effects):
            self._filter = new_visit(self._filter)
        saved = any(isinstance(effect, Record) and _is_first_level(effect) for effect in effects)
        if saved and not self._window.rules.has_screen:
            self._signaller.confirm_saved()

    def _technician(self, verb: TechnicianVerb, reply: Callable[[TechnicianAnswer], None]) -> None:
        answer, effects = self._acceptance.ask(verb, pressing=self._filter.undecided)
        self._begun(effects)
        reply(answer)

    # ---- the counter ----

    def _call(self, call: CounterCall) -> None:
        # A press that waits to stand alone was made before the counter's cancel: it comes first.
        if isinstance(call.question, InvitationCancel) and self._filter.undecided:
            self._held.append(call)
            return
        answer, effects = self._reception.answer(call.question)
        self._begun(effects)
        call.reply(answer)


def _is_first_level(record: Record) -> bool:
    return record.outcome is Outcome.RATED and not record.replaces
