"""What the counter may ask of the device and may learn from it: nothing that depends on a level."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from device.errors import InvalidField
from device.handling import Handling, integer, parse_handling, text


class InvitationState(StrEnum):
    """All that the counter learns of a visit."""

    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"  # declined, unanswered and cancelled alike


@dataclass(frozen=True, slots=True)
class InvitationRequest:
    """邀评: the counter asks for one handling to be rated.

    `ttl_s`: how many seconds it may wait to be shown. `body_sha256`: of the request as sent, for idempotency.
    """

    handling: Handling
    clerk: str | None
    ttl_s: int
    language: str | None
    idempotency_key: str | None
    body_sha256: str
    via: str


@dataclass(frozen=True, slots=True)
class InvitationQuery:
    """In which state is invitation `id`?"""

    id: str


@dataclass(frozen=True, slots=True)
class InvitationCancel:
    """Withdraw invitation `id`; without effect once it was answered."""

    id: str


@dataclass(frozen=True, slots=True)
class OpenInvitationsQuery:
    """Which invitations are open now? Asked at the start of an event stream."""


@dataclass(frozen=True, slots=True)
class DeviceQuery:
    """Can the device record?"""


class CounterVerb(StrEnum):
    """What the counter may do beside inviting."""

    LOGIN = "login"
    LOGOUT = "logout"
    PAUSE = "pause"
    RESUME = "resume"
    WELCOME = "welcome"


@dataclass(frozen=True, slots=True)
class CounterAction:
    """The clerk came, went, paused or greets."""

    verb: CounterVerb
    clerk: str | None


CounterQuestion = (
    InvitationRequest
    | InvitationQuery
    | InvitationCancel
    | OpenInvitationsQuery
    | DeviceQuery
    | CounterAction
)


@dataclass(frozen=True, slots=True)
class Invited:
    """The invitation was taken, in state `waiting`; a repeated request gets the first answer again."""

    id: str
    state: InvitationState
    expires_at: str


@dataclass(frozen=True, slots=True)
class InvitationStatus:
    """The state of one invitation, also what an event stream sends."""

    id: str
    state: InvitationState


@dataclass(frozen=True, slots=True)
class OpenInvitations:
    """The invitations that are open, the shown one first."""

    invitations: tuple[InvitationStatus, ...]


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """Whether the device can record, and the fault if not. Never which screen of a visit is shown."""

    ready: bool
    fault: str | None


@dataclass(frozen=True, slots=True)
class Done:
    """Taken; nothing more to say."""


class Refusal(StrEnum):
    """Why a question was refused: the words of the counter interface."""

    BUSY = "busy"
    RATED = "rated"
    SPENT = "spent"
    INVALID = "invalid"
    UNAUTHORIZED = "unauthorized"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    CANNOT_RECORD = "cannot_record"


@dataclass(frozen=True, slots=True)
class Refused:
    """The question was refused. `field` is set for `invalid`, `fault` for `cannot_record`."""

    error: Refusal
    message: str
    field: str | None = None
    fault: str | None = None


CounterAnswer = Invited | InvitationStatus | OpenInvitations | DeviceStatus | Done | Refused

DEFAULT_TTL_S = 60
MAX_TTL_S = 3600


def parse_invitation(body: object, *, via: str) -> InvitationRequest:
    """The request in a decoded JSON body. Unknown fields are ignored.

    Raises InvalidField naming the first missing, wrong or over-long field.
    """
    if not isinstance(body, Mapping):
        raise InvalidField("body", "must be a JSON object")

    def optional(name: str, most: int) -> str | None:
        return None if body.get(name) is None else text(body[name], name, most, least=1)

    handling = parse_handling(body.get("handling"))
    ttl_s = DEFAULT_TTL_S
    if body.get("ttl_s") is not None:
        ttl_s = integer(body["ttl_s"], "ttl_s", 1, MAX_TTL_S)
    clerk, language = optional("clerk", 64), optional("language", 35)
    idempotency_key = optional("idempotency_key", 255)
    # Only what was understood is compared: the same request with its keys in another order is the same.
    understood = msgspec.json.encode((handling, clerk, ttl_s, language))
    return InvitationRequest(
        handling=handling,
        clerk=clerk,
        ttl_s=ttl_s,
        language=language,
        idempotency_key=idempotency_key,
        body_sha256=hashlib.sha256(understood).hexdigest(),
        via=via,
    )


def parse_action(body: object) -> CounterAction:
    """The action in a decoded JSON body. Raises InvalidField."""
    if not isinstance(body, Mapping):
        raise InvalidField("body", "must be a JSON object")
    try:
        verb = CounterVerb(text(body.get("action"), "action", 32))
    except ValueError:
        raise InvalidField("action", f"must be one of {', '.join(CounterVerb)}") from None
    clerk = None if body.get("clerk") is None else text(body["clerk"], "clerk", 64, least=1)
    if verb is CounterVerb.LOGIN and clerk is None:
        raise InvalidField("clerk", "is required with login")
    return CounterAction(verb, clerk)
