"""What the device loop must do for a new state of the visit to be true."""

from __future__ import annotations

from dataclasses import dataclass

from device.confided import Confided
from device.counter import InvitationState
from device.level import Level
from device.row import Outcome
from device.visit.state import Invitation


@dataclass(frozen=True, slots=True)
class Record:
    """Append a row. `replaces`: it takes the place of the row before it in the same visit.

    `confided`: sealed with the row, and held nowhere else.
    """

    invitation: Invitation
    outcome: Outcome
    at_ms: int
    language: str
    level: Level | None = None
    indicators: tuple[str, ...] = ()
    input: str | None = None
    flags: tuple[str, ...] = ()
    replaces: bool = False
    confided: Confided | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Issue:
    """Append that the receipt code of the visit of `invitation` was asked for, with the hash of `word`."""

    invitation: Invitation
    at_ms: int
    word: str

    def __repr__(self) -> str:
        return "Issue(…)"


@dataclass(frozen=True, slots=True)
class Tell:
    """The counter may now learn this of an invitation."""

    id: str
    state: InvitationState


@dataclass(frozen=True, slots=True)
class Show:
    """A visit's first screen is to be shown: presses counted before are forgotten."""


Effect = Record | Issue | Tell | Show
