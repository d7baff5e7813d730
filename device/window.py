"""The window's state in this process: moves the visit on, carries out what that asks, shows the result."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from device.clock import Clock
from device.counter import InvitationState, InvitationStatus
from device.errors import LedgerError
from device.events import PhotoRead
from device.faults import Fault
from device.gallery import Photos
from device.glass import Glass, SnapshotSink
from device.in_force import InForce
from device.interrupted import Interrupted
from device.invitation_store import InvitationStore
from device.key_test import KeyTest
from device.ledger.guard import LedgerGuard
from device.press_filter import Choice
from device.recorder import Recorder
from device.settings_keeper import SettingsKeeper
from device.snapshot import WindowCard
from device.technician import TechnicianAnswer
from device.view import Condition
from device.visit.effects import Effect, Issue, Record, Show, Tell
from device.visit.happenings import ClerkChanged, HeadphonesMoved, Offered, PauseChanged, VisitEvent
from device.visit.machine import advance
from device.visit.state import (
    Asking,
    Idle,
    Invitation,
    Reasons,
    Rules,
    State,
    due_ms,
    invitation_of,
    open_invitations,
)
from device.voice.face import VoiceFace
from device.voice.telling import Scene

log = logging.getLogger(__name__)

_OF_THE_CARD = (Fault.STORAGE_READ_ONLY, Fault.STORAGE_ERROR)


class CounterFace(Protocol):
    """Who tells the counter what became of its invitations."""

    def announce(self, status: InvitationStatus) -> None:
        """Never waits."""
        ...


class Window:
    """Belongs to the device loop's thread.

    A state is shown only after its rows are on the disk. When they cannot be written the screen says so,
    the visit ends without thanks, and its invitation is closed as interrupted once recording works again.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        guard: LedgerGuard,
        store: InvitationStore,
        recorder: Recorder,
        rules: Rules,
        card: WindowCard,
        display: SnapshotSink,
        counter: CounterFace,
        keeper: SettingsKeeper | None = None,
        photos: Photos | None = None,
        retired: Callable[[], bool] = lambda: False,
    ) -> None:
        """`retired`: whether the device was decommissioned; asked for now and then."""
        self._clock = clock
        self._guard = guard
        self._store = store
        self._recorder = recorder
        self._interrupted = Interrupted(clock=clock, guard=guard, store=store, recorder=recorder)
        self._in_force = InForce(card=card, window=None, assignment=None, rules=rules)
        self._glass = Glass(clock=clock, display=display, photos=photos, in_force=self._in_force)
        self._counter = counter
        self._keeper = keeper
        self._retired = retired
        self._out_of_service = False
        self._state = State(language=rules.default_language)
        self._store_fault: Fault | None = None
        self._warning: Fault | None = None
        self._reminders: tuple[Fault, ...] = ()
        self._key_test: KeyTest | None = None

    @property
    def state(self) -> State:
        """The state now; frozen. While keys are tested the window is paused, whatever the counter said."""
        return self._state if self._key_test is None else replace(self._state, paused=True)

    @property
    def fault(self) -> Fault | None:
        """Why nothing can be recorded, or None."""
        if self._out_of_service:
            return Fault.OUT_OF_SERVICE
        return self._store_fault or self._guard.fault

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What is wrong while ratings go on: what citizens must know first."""
        return (*((self._warning,) if self._warning else ()), *self._reminders)

    @property
    def shown_number(self) -> int:
        """The number of the newest snapshot; 0 before the first."""
        return self._glass.number

    @property
    def rules(self) -> Rules:
        """The rules that visits run by now; frozen."""
        return self._in_force.rules

    @property
    def due_ms(self) -> int | None:
        """When time alone changes what is shown, or None."""
        times = (due_ms(self._state), self._glass.due_ms(can_record=self.fault is None))
        return min((at_ms for at_ms in times if at_ms is not None), default=None)

    @property
    def first_number(self) -> int:
        """The number of the first snapshot of this phase: a touch on an earlier one is stale."""
        return self._glass.first_number

    def open(self) -> None:
        """Open both files, or say why not; at the start, and again to come back from a fault.

        Invitations that were open when the power went end as unanswered, interrupted. Never raises.
        """
        try:
            if not self._store.is_open:
                self._store.open(self._clock.now())
            if self._keeper is not None and isinstance(self._state.phase, Idle):
                self._use(self._keeper.stored())
            self._store_fault = None
            self._guard.open(known_log=self._store.known_log())
            if self._guard.fault is None:
                self._store.know_log(self._guard.log_id)
                for tell in self._interrupted.close(self._state, language=self.rules.default_language):
                    self._tell(tell)
        except LedgerError as error:
            self._cannot_record(error)
        self.check_service()
        self.publish()

    def look_for_settings(self) -> None:
        """Between visits: take what the province has set since. Never raises."""
        quiet = isinstance(self._state.phase, Idle) and self._state.waiting is None
        if self._keeper is None or not quiet or self.fault is not None:
            return
        try:
            new = self._keeper.look()
        except LedgerError as error:
            self._cannot_record(error)
            return
        if new is not None:
            self._use(new)
            self.publish()

    def apply(self, event: VisitEvent) -> tuple[Effect, ...]:
        """Move the visit on. Returns the effects carried out; none when they could not be recorded."""
        if self.fault is not None and not isinstance(event, ClerkChanged | PauseChanged | HeadphonesMoved):
            return ()
        self._glass.expire(event.at_ms)
        state, effects = advance(self._state, event, self.rules)
        try:
            for effect in effects:
                if isinstance(effect, Record):
                    self._recorder.record(effect)
                elif isinstance(effect, Issue):
                    self._recorder.issue(effect)
        except LedgerError as error:
            self._cannot_record(error)
            return ()
        self._state = state
        if any(isinstance(effect, Show) for effect in effects):
            self._glass.feel(None)
        self.publish()
        for effect in effects:
            if isinstance(effect, Tell):
                self._tell(effect)
        return effects

    def offer(self, invitation: Invitation) -> tuple[Effect, ...]:
        """A new invitation that is durable: announced as waiting, then shown or kept waiting."""
        assert invitation.id is not None
        self._counter.announce(InvitationStatus(invitation.id, InvitationState.WAITING))
        return self.apply(Offered(invitation, self._clock.mono_ms()))

    def show_notice(self, text: str, *, until_ms: int) -> None:
        """Show `text` on the idle screen until monotonic `until_ms`, in place of any before it."""
        self._glass.announce(text, until_ms=until_ms)
        self.publish()

    def take_photo(self, read: PhotoRead) -> None:
        """A picture that was wanted is there: it is shown, if its clerk still is."""
        self._glass.take(read)
        self.publish()

    def feel(self, tentative: Choice | None) -> None:
        """Show at once what is being pressed; it is nothing but feedback."""
        if self._glass.feel(tentative):
            self.publish()

    def wear(self, face: VoiceFace) -> None:
        """Show `face`, the voice's part of the screen."""
        if self._glass.wear(face):
            self.publish()

    def scene(self) -> Scene | None:
        """What is shown, with what was chosen in this visit: for the voice. None before the first screen."""
        shown, phase = self._glass.shown, self._state.phase
        level = phase.said.level if isinstance(phase, Reasons) else None
        return None if shown is None else Scene(self._glass.first_number, shown, level)

    def warn(self, warning: Fault | None) -> None:
        """Show a small warning, or none: ratings go on."""
        self._warning = warning
        self.publish()

    def remind(self, reminders: tuple[Fault, ...]) -> None:
        """Have staff see to these, the first of them first: not shown to anybody who is asked."""
        if reminders != self._reminders:
            self._reminders = reminders
            self.publish()

    def show_key_test(self, key_test: KeyTest | None) -> None:
        """Show a key test in place of the idle screen, or no more. No invitation is taken meanwhile."""
        self._key_test = key_test
        self.publish()

    def newest_row_of(self, visit: str) -> tuple[str, int] | None:
        """Log and seq of the newest row of a visit that is on, or was a moment ago."""
        seq = self._recorder.newest(visit)
        return None if seq is None or self._guard.fault is not None else (self._guard.log_id, seq)

    def serves(self, visit: str) -> bool:
        """Whether `visit` is on."""
        invitation = invitation_of(self._state.phase)
        return invitation is not None and invitation.visit == visit

    def publish(self) -> None:
        """Show the state, when it looks otherwise than what is on the screen."""
        self._glass.show(self._state, condition=Condition(self.fault, self.warnings), key_test=self._key_test)

    def for_technician(self) -> TechnicianAnswer:
        """How the device is, without anything of a visit."""
        head = self._guard.head if self._guard.fault is None else None
        return TechnicianAnswer(
            ready=self.fault is None,
            fault=self.fault,
            warning=next(iter(self.warnings), None),
            paused=self._state.paused,
            log_id=head.log_id if head else None,
            head=head.seq if head else None,
            settings_version=self._in_force.version,
            window=self._in_force.window,
            assignment=self._in_force.assignment,
            serving=bool(open_invitations(self._state)),
        )

    def check_room(self) -> None:
        """While nobody is served: notice a full card before a citizen does, and a card that is well again."""
        if self.fault is not None or not self._store.is_open:
            if self.fault in _OF_THE_CARD:
                if self._guard.card_refuses():
                    self._give_up_visit()
                    return
                self._store.close()  # it may be open on a card that is no longer the one in the folder
            self.open()
        elif isinstance(self._state.phase, Idle) and not self._guard.check():
            self._give_up_visit()

    def check_service(self) -> None:
        """Between visits: notice that the device was decommissioned. From then on nobody is asked."""
        if not self._out_of_service and isinstance(self._state.phase, Idle) and self._retired():
            self._out_of_service = True
            self._give_up_visit()

    def check_card(self) -> None:
        """Unless somebody has given a level: notice a card that takes nothing, before a citizen does."""
        phase = self._state.phase
        idle = isinstance(phase, Idle)
        given = not idle and not (isinstance(phase, Asking) and phase.standing is None)
        if (
            self.fault is None
            and not given
            and not self._guard.look_at_card(self._clock.mono_ms(), idle=idle)
        ):
            self._give_up_visit()

    def fail(self, error: LedgerError) -> None:
        """Something else found that nothing can be recorded."""
        self._cannot_record(error)

    def close(self) -> None:
        """Give both files back."""
        self._guard.close()
        self._store.close()

    def _use(self, new: InForce) -> None:
        self._in_force = new
        self._glass.hang(new)
        self._recorder.serve(
            window=new.window, assignment=new.assignment, indicator_list=new.rules.indicators.version
        )

    def _tell(self, tell: Tell) -> None:
        self._counter.announce(InvitationStatus(tell.id, tell.state))
        try:
            self._store.set_state(tell.id, tell.state)
        except LedgerError as error:
            self._cannot_record(error)

    def _cannot_record(self, error: LedgerError) -> None:
        if self._guard.fault is None or not self._store.is_open:
            if error.fault != self._store_fault:
                log.error("device.db cannot be used fault=%s why=%s", error.fault, error)
            self._store.close()
            self._store_fault = Fault(error.fault)
        self._give_up_visit()

    def _give_up_visit(self) -> None:
        before = self._state
        self._state = State(
            clerk=before.clerk,
            paused=before.paused,
            language=self.rules.default_language,
            headphones=before.headphones,
        )
        self._glass.feel(None)
        self.publish()
