"""The reception: answers what the counter asks of the window."""

from __future__ import annotations

from device.clock import Clock
from device.counter import (
    CounterAction,
    CounterAnswer,
    CounterQuestion,
    CounterVerb,
    DeviceQuery,
    DeviceStatus,
    Done,
    InvitationCancel,
    InvitationQuery,
    InvitationRequest,
    InvitationState,
    InvitationStatus,
    OpenInvitations,
    OpenInvitationsQuery,
    Refusal,
    Refused,
)
from device.desk import InvitationDesk, cannot_record
from device.errors import LedgerError
from device.faults import Fault
from device.invitation_store import InvitationStore
from device.visit.effects import Effect
from device.visit.happenings import ClerkChanged, PauseChanged, VisitEvent, Welcomed, Withdrawn
from device.visit.state import open_invitations
from device.window import Window

Answered = tuple[CounterAnswer, tuple[Effect, ...]]
"""What the counter is told, and the effects that were carried out."""


class Reception:
    """Belongs to the device loop's thread. No answer tells what a citizen did, beyond that they did."""

    def __init__(self, *, window: Window, desk: InvitationDesk, store: InvitationStore, clock: Clock) -> None:
        self._window = window
        self._desk = desk
        self._store = store
        self._clock = clock

    def answer(self, question: CounterQuestion) -> Answered:
        """Do what is asked, unless nothing can be recorded. Never raises."""
        fault = self._window.fault
        try:
            return self._answer(question, fault)
        except LedgerError as error:
            self._window.fail(error)
            return cannot_record(Fault(error.fault)), ()

    def _answer(self, question: CounterQuestion, fault: Fault | None) -> Answered:
        match question:
            case DeviceQuery():
                return DeviceStatus(fault is None, fault), ()
            case CounterAction():
                return Done(), self._window.apply(_happening(question, self._clock.mono_ms()))
            case InvitationRequest() if fault is None:
                answer, invitation = self._desk.admit(question, self._window.state, self._window.rules)
                return answer, () if invitation is None else self._window.offer(invitation)
            case InvitationQuery(id_):
                state = self._store.state_of(id_) if self._store.is_open else None
                if state is None:
                    return cannot_record(fault) if fault else _not_found(), ()
                return InvitationStatus(id_, state), ()
            case InvitationCancel(id_) if fault is None:
                if self._store.state_of(id_) is None:
                    return _not_found(), ()
                return Done(), self._window.apply(Withdrawn(id_, self._clock.mono_ms()))
            case OpenInvitationsQuery():
                return self._open_invitations(), ()
            case _:
                assert fault is not None
                return cannot_record(fault), ()

    def _open_invitations(self) -> OpenInvitations:
        statuses = []
        for invitation in open_invitations(self._window.state):
            if invitation.id is None:
                continue
            state = self._store.state_of(invitation.id)
            if state is InvitationState.WAITING:
                statuses.append(InvitationStatus(invitation.id, state))
        return OpenInvitations(tuple(statuses))


def _happening(action: CounterAction, at_ms: int) -> VisitEvent:
    match action.verb:
        case CounterVerb.LOGIN:
            return ClerkChanged(action.clerk, at_ms)
        case CounterVerb.LOGOUT:
            return ClerkChanged(None, at_ms)
        case CounterVerb.PAUSE:
            return PauseChanged(paused=True, at_ms=at_ms)
        case CounterVerb.RESUME:
            return PauseChanged(paused=False, at_ms=at_ms)
        case CounterVerb.WELCOME:
            return Welcomed(at_ms)


def _not_found() -> Refused:
    return Refused(Refusal.NOT_FOUND, "there is no such invitation, or it ended more than a day ago")
