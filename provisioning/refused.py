"""Refusals that a technician reads in their own language, each with the exit code of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from device.clock import CHINA
from device.errors import ChuangpingError

_TIMES = frozenset({"at", "until"})
"""Facts of the province that are times."""


class Refused(ChuangpingError):
    """Not done, nothing changed. `sentence` names the one in `texts/`, `facts` fill it in."""

    def __init__(self, sentence: str, /, **facts: object) -> None:
        super().__init__(f"{sentence}: {facts}")
        self.sentence = sentence
        self.facts = facts


class Unreached(Refused):
    """Somebody does not answer: it may go better later, or by the stick."""

    exit_code = 69


class NotKept(Refused):
    """A file cannot be read or written: no room, or a card that errs. What was there before stands."""

    exit_code = 74


class Unfit(Refused):
    """The box is not set up for it: its configuration, or another box's card."""

    exit_code = 78


class ByProvince(Refused):
    """The province says no. `code`: as on the wire, told by the sentence of its name in `group`.

    One that is not known here is told in the province's own words, `message`.
    """

    def __init__(self, group: str, code: str, message: str, facts: Mapping[str, object]) -> None:
        told = {name: _clock_time(fact) if name in _TIMES else fact for name, fact in facts.items()}
        super().__init__(f"{group}.{code}", **{**told, "message": message})
        self.code = code


def _clock_time(fact: object) -> object:
    """A time of the wire (RFC 3339) as people at a window tell it."""
    try:
        return f"{datetime.fromisoformat(str(fact)).astimezone(CHINA):%Y-%m-%d %H:%M}"
    except ValueError:
        return fact
