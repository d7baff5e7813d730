"""The visit machine, `advance(state, event, rules) -> (state, effects)`. It never makes up a level."""

from __future__ import annotations

from dataclasses import replace

from device.row import Outcome
from device.visit.by_phone import leave_to_phone, rated_by_phone
from device.visit.choosing import choose, finish
from device.visit.effects import Effect
from device.visit.happenings import (
    CleaningWanted,
    ClerkChanged,
    Extended,
    FirstFrame,
    HeadphonesMoved,
    Made,
    Offered,
    PauseChanged,
    RatedByPhone,
    Stormed,
    Tick,
    VisitEvent,
    Welcomed,
    Withdrawn,
)
from device.visit.state import (
    NOTICE_MS,
    Asking,
    Cleaning,
    Idle,
    Phone,
    Reasons,
    Receipt,
    Rules,
    Said,
    State,
    Thanks,
    Words,
    last_answer_ms,
)
from device.visit.turn import Step, closed, never_shown, next_turn, noted, show


def advance(state: State, event: VisitEvent, rules: Rules) -> Step:
    """The next state, with the effects that make it true. Every event is allowed in every state."""
    match event:
        case Offered(invitation, at_ms):
            if isinstance(state.phase, Idle):
                return show(state, invitation, at_ms, rules)
            if state.waiting is not None:
                raise ValueError("two invitations occupy the device already")
            return replace(state, waiting=invitation), ()
        case Withdrawn(id_, at_ms):
            return _withdraw(state, id_, at_ms, rules)
        case RatedByPhone(visit, at_ms):
            phase = state.phase
            if isinstance(phase, Asking) and phase.standing is None and _is_by_phone(phase, visit):
                return rated_by_phone(state, phase, at_ms, rules)
            return state, ()
        case FirstFrame(at_ms):
            if isinstance(state.phase, Asking) and state.phase.drawn_ms is None:
                return replace(state, phase=replace(state.phase, drawn_ms=at_ms)), ()
            return state, ()
        case Extended(at_ms):
            return _extend(state, at_ms, rules), ()
        case Stormed():
            if isinstance(state.phase, Asking | Reasons | Words | Receipt):
                return replace(state, phase=replace(state.phase, burst=True)), ()
            return state, ()
        case Made():
            return choose(state, event, rules)
        case Tick(at_ms):
            return _tick(state, at_ms, rules)
        case ClerkChanged(clerk, _):
            return replace(state, clerk=clerk), ()
        case PauseChanged(paused, _):
            return replace(state, paused=paused), ()
        case HeadphonesMoved(plugged, _):
            return replace(state, headphones=plugged), ()
        case Welcomed(at_ms):
            if isinstance(state.phase, Idle):
                return replace(state, phase=replace(state.phase, welcome_until_ms=at_ms + NOTICE_MS)), ()
            return state, ()
        case CleaningWanted(at_ms):
            # Never over somebody who is asked: it is for staff to come back when they are gone.
            if isinstance(state.phase, Idle):
                cleaning = Cleaning(at_ms + rules.cleaning_ms)
                return replace(state, phase=cleaning, language=rules.default_language), ()
            return state, ()


def _withdraw(state: State, id_: str, at_ms: int, rules: Rules) -> Step:
    if state.waiting and state.waiting.id == id_:
        language = state.waiting.language or rules.default_language
        effects = closed(state.waiting, Outcome.CANCELLED, at_ms, language)
        return replace(state, waiting=None), effects
    phase = state.phase
    # Once a level was given nothing from the counter cuts the visit short.
    if isinstance(phase, Asking) and phase.standing is None and phase.invitation.id == id_:
        effects = closed(phase.invitation, Outcome.CANCELLED, at_ms, phase.language, noted(phase))
        state, more = next_turn(state, at_ms, rules)
        return state, (*effects, *more)
    return state, ()


def _is_by_phone(asking: Asking, visit: str) -> bool:
    return asking.invitation.visit == visit and asking.phone is not Phone.NOT_SHOWN


def _extend(state: State, at_ms: int, rules: Rules) -> State:
    match state.phase:
        case Asking(drawn_ms=None) | Idle() | Thanks() | Cleaning():
            return state
        case Asking(standing=None) as asking:
            until_ms = min(at_ms + rules.answer_ms, last_answer_ms(asking, rules))
            return replace(state, phase=replace(asking, until_ms=until_ms))
        case Asking() | Reasons() as phase:
            assert phase.ends_by_ms is not None
            until_ms = min(at_ms + rules.reasons_ms, phase.ends_by_ms)
            return replace(state, phase=replace(phase, until_ms=until_ms))
        case Receipt() as receipt:
            until_ms = min(at_ms + receipt.time_ms, receipt.ends_by_ms)
            if receipt.code is not None:
                until_ms = max(until_ms, receipt.until_ms)
            return replace(state, phase=replace(receipt, until_ms=until_ms))
        case Words() as words:
            until_ms = min(at_ms + rules.words_ms, words.ends_by_ms)
            return replace(state, phase=replace(words, until_ms=until_ms))


def _tick(state: State, at_ms: int, rules: Rules) -> Step:
    effects: tuple[Effect, ...] = ()
    if state.waiting and at_ms >= state.waiting.show_by_ms:
        effects = never_shown(state.waiting, at_ms, rules)
        state = replace(state, waiting=None)
    match state.phase:
        case Idle() as idle:
            if idle.language_until_ms and at_ms >= idle.language_until_ms:
                state = replace(state, language=rules.default_language)
            return replace(state, phase=_still(idle, at_ms)), effects
        case Asking() | Reasons() | Words() | Receipt() | Thanks() | Cleaning() as on if at_ms < on.until_ms:
            return state, effects
        case Asking(standing=None, phone=Phone.SHOWN) as asking:
            state, more = leave_to_phone(state, asking, at_ms, rules)
        case Asking(standing=None) as asking:
            effects += closed(asking.invitation, Outcome.UNANSWERED, at_ms, asking.language, noted(asking))
            state, more = next_turn(state, at_ms, rules)
        case Asking(standing=Said() as said) as asking:
            state, more = finish(state, _standing(asking, said), at_ms, rules)
        case Reasons() | Words() | Receipt() as over:
            # What was typed and not finished goes with its screen; the rating stands.
            state, more = finish(state, over, at_ms, rules)
        case Thanks() | Cleaning():
            state, more = next_turn(state, at_ms, rules)
    return state, (*effects, *more)


def _still(idle: Idle, at_ms: int) -> Idle:
    """The idle phase without what has run out."""
    ends = (idle.refused_until_ms, idle.welcome_until_ms, idle.language_until_ms)
    return Idle(*(end if at_ms < end else 0 for end in ends))


def _standing(asking: Asking, said: Said) -> Reasons:
    """After 更改 without a new choice the first level stands, with the reasons given for it."""
    return Reasons(
        asking.invitation, asking.language, said, asking.until_ms, asking.until_ms, 0, 0, burst=asking.burst
    )
