"""Why somebody is not enrolled: a code for programs, facts, one sentence for people."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus

from device.errors import EnrolmentError
from province.enrolment.texts import said
from province.places.texts import ENGLISH


class RefusalCode(StrEnum):
    """An open enumeration: what stands in the way. The device's side has words for each in its language."""

    TICKET_UNREADABLE = "ticket_unreadable"
    TICKET_TAMPERED = "ticket_tampered"
    TICKET_EXPIRED = "ticket_expired"
    TICKET_USED = "ticket_used"
    TICKET_REVOKED = "ticket_revoked"
    TICKET_UNKNOWN = "ticket_unknown"
    TICKET_ELSEWHERE = "ticket_elsewhere"
    WINDOW_SERVED = "window_served"
    WINDOW_FREE = "window_free"
    WINDOW_UNKNOWN = "window_unknown"
    HALL_UNKNOWN = "hall_unknown"
    HALL_EMPTY = "hall_empty"
    TICKET_LOCKED = "ticket_locked"
    CODE_WRONG = "code_wrong"
    CODE_LOCKED = "code_locked"
    REQUEST_UNUSABLE = "request_unusable"
    DEVICE_KNOWN = "device_known"
    NOT_REGISTERED = "not_registered"
    REVOKED = "revoked"
    NOTHING_ASKED = "nothing_asked"


_STATUS = {
    RefusalCode.REQUEST_UNUSABLE: HTTPStatus.BAD_REQUEST,
    RefusalCode.TICKET_LOCKED: HTTPStatus.TOO_MANY_REQUESTS,
    RefusalCode.CODE_LOCKED: HTTPStatus.TOO_MANY_REQUESTS,
    RefusalCode.WINDOW_UNKNOWN: HTTPStatus.CONFLICT,
    RefusalCode.WINDOW_SERVED: HTTPStatus.CONFLICT,
    RefusalCode.WINDOW_FREE: HTTPStatus.CONFLICT,
    RefusalCode.TICKET_USED: HTTPStatus.CONFLICT,
    RefusalCode.TICKET_ELSEWHERE: HTTPStatus.CONFLICT,
    RefusalCode.DEVICE_KNOWN: HTTPStatus.CONFLICT,
}


class EnrolmentRefused(EnrolmentError):
    """Not done, nothing changed. `facts` fill in the sentence, in whatever language."""

    def __init__(self, code: RefusalCode, /, **facts: str) -> None:
        super().__init__(said(ENGLISH, code, **facts))
        self.code = code
        self.facts = facts

    @property
    def status(self) -> int:
        """That of the HTTP answer: 403 where nothing else says it better."""
        return _STATUS.get(self.code, HTTPStatus.FORBIDDEN)

    def sentence(self, language: str) -> str:
        """What it says in one of the office's languages."""
        return said(language, self.code, **self.facts)


def refusal_in(answer: Mapping[str, object]) -> EnrolmentRefused | None:
    """The refusal that another process answered with, if it is one that is known here."""
    code, facts = answer.get("error"), answer.get("facts")
    if code not in tuple(RefusalCode) or not isinstance(facts, dict):
        return None
    return EnrolmentRefused(RefusalCode(str(code)), **{str(name): str(fact) for name, fact in facts.items()})
