"""Whose turn it is: how a visit begins and how it ends."""

from __future__ import annotations

from dataclasses import replace

from device.counter import InvitationState
from device.row import Flag, Outcome
from device.visit.effects import Effect, Record, Show, Tell
from device.visit.state import (
    Asking,
    Idle,
    Invitation,
    Phone,
    Reasons,
    Receipt,
    Rules,
    State,
    Thanks,
    Words,
)

Step = tuple[State, tuple[Effect, ...]]


def show(state: State, invitation: Invitation, at_ms: int, rules: Rules) -> Step:
    """The visit of `invitation` begins: the levels are shown."""
    language = invitation.language or state.language
    asking = Asking(invitation, language, at_ms + rules.answer_ms, at_ms)
    return replace(state, phase=asking, language=rules.default_language), (Show(),)


def next_turn(state: State, at_ms: int, rules: Rules) -> Step:
    """The visit is over: the waiting invitation is shown, or the window is idle."""
    waiting = state.waiting
    state = replace(state, phase=Idle(), waiting=None)
    if waiting is None:
        return state, ()
    if at_ms >= waiting.show_by_ms:
        return state, never_shown(waiting, at_ms, rules)
    return show(state, waiting, at_ms, rules)


def never_shown(invitation: Invitation, at_ms: int, rules: Rules) -> tuple[Effect, ...]:
    """An invitation waited longer than it may: nobody was asked, and that is what is recorded."""
    language = invitation.language or rules.default_language
    return closed(invitation, Outcome.UNANSWERED, at_ms, language, (Flag.NOT_SHOWN,))


def closed(
    invitation: Invitation, outcome: Outcome, at_ms: int, language: str, flags: tuple[str, ...] = ()
) -> tuple[Effect, ...]:
    """A visit ends without a level: recorded as that, and closed for the counter."""
    if invitation.id is None:
        return ()  # an uninvited touch that led to nothing is no outcome of any service
    return (
        Record(invitation, outcome, at_ms, language, flags=flags),
        Tell(invitation.id, InvitationState.CLOSED),
    )


def thank(state: State, over: Asking | Reasons | Words | Receipt, at_ms: int, rules: Rules) -> State:
    """The visit `over` has said all it will: thanks are shown."""
    declined = isinstance(over, Asking)
    thanks = Thanks(over.invitation, over.language, at_ms + rules.thanks_ms, declined)
    return replace(state, phase=thanks)


def noted(asking: Asking) -> tuple[str, ...]:
    """The flags of what has happened while the levels were asked for."""
    phone = () if asking.phone is Phone.NOT_SHOWN else (Flag.PHONE_OFFERED,)
    return (*burst_flag(asking.burst), *phone)


def burst_flag(burst: bool) -> tuple[str, ...]:
    """The flag of a hammered panel, or none."""
    return (Flag.BURST,) if burst else ()
