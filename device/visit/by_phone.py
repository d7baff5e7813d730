"""What happens in a visit once the citizen asks to rate on their own phone. Silence stays silence here."""

from __future__ import annotations

from dataclasses import replace

from device.counter import InvitationState
from device.row import Outcome
from device.visit.effects import Record, Tell
from device.visit.state import (
    MOST_EXTENSIONS,
    TOUCH_DEAD_MS,
    Asking,
    Phone,
    Rules,
    State,
    Thanks,
)
from device.visit.turn import Step, closed, noted


def may_go_to_phone(asking: Asking, rules: Rules) -> bool:
    """Whether the code may be offered: for an invitation, nothing said yet. A test has no rating to give."""
    invitation = asking.invitation
    return (
        rules.phone_offered and asking.standing is None and invitation.id is not None and not invitation.test
    )


def show_code(state: State, asking: Asking, at_ms: int, rules: Rules) -> State:
    """The code takes the place of the levels; the time runs anew, for a phone must be found."""
    last_ms = asking.began_ms + rules.answer_ms * MOST_EXTENSIONS
    shown = replace(
        asking,
        phone=Phone.SHOWN,
        until_ms=min(at_ms + rules.answer_ms, last_ms),
        touch_dead_until_ms=at_ms + TOUCH_DEAD_MS,
    )
    return replace(state, phase=shown)


def hide_code(state: State, asking: Asking, at_ms: int) -> State:
    """Back to the levels."""
    back = replace(asking, phone=Phone.WAS_SHOWN, touch_dead_until_ms=at_ms + TOUCH_DEAD_MS)
    return replace(state, phase=back)


def leave_to_phone(state: State, asking: Asking, at_ms: int, rules: Rules) -> Step:
    """我已扫码, or time is over: what is said on the phone is not known here, so nothing is made up."""
    effects = closed(asking.invitation, Outcome.UNANSWERED, at_ms, asking.language, noted(asking))
    return _thank(state, asking, at_ms, rules), effects


def rated_by_phone(state: State, asking: Asking, at_ms: int, rules: Rules) -> Step:
    """The province has the rating: the row is the same silence, which the province joins to it."""
    assert asking.invitation.id is not None
    record = Record(asking.invitation, Outcome.UNANSWERED, at_ms, asking.language, flags=noted(asking))
    return _thank(state, asking, at_ms, rules), (record, Tell(asking.invitation.id, InvitationState.ANSWERED))


def _thank(state: State, asking: Asking, at_ms: int, rules: Rules) -> State:
    until_ms = at_ms + rules.thanks_ms
    return replace(
        state, phase=Thanks(asking.invitation, asking.language, until_ms, declined=False, by_phone=True)
    )
