"""What can happen to a visit: the inputs of the machine, each stamped with monotonic milliseconds."""

from __future__ import annotations

from dataclasses import dataclass

from device.press_filter import Choice
from device.visit.state import Invitation


@dataclass(frozen=True, slots=True)
class Offered:
    """An invitation was admitted: shown now, or when the visit that is on has ended."""

    invitation: Invitation
    at_ms: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The counter cancelled an invitation."""

    id: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class RatedByPhone:
    """The province says that the citizen has rated this visit on their own phone; what, it does not say."""

    visit: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class FirstFrame:
    """The screen of the current phase was drawn."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Made:
    """The press filter let a choice through, or a touch beside everything (None)."""

    choice: Choice | None
    at_ms: int
    fresh_visit: str  # the id of the visit, should this begin one


@dataclass(frozen=True, slots=True)
class Extended:
    """Somebody touched something."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Stormed:
    """The panel was hammered."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class ClerkChanged:
    """A clerk logged in (`clerk`) or out (None)."""

    clerk: str | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class PauseChanged:
    """The counter paused or resumed."""

    paused: bool
    at_ms: int


@dataclass(frozen=True, slots=True)
class Welcomed:
    """The clerk greets."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class HeadphonesMoved:
    """Headphones were plugged in or pulled out."""

    plugged: bool
    at_ms: int


@dataclass(frozen=True, slots=True)
class CleaningWanted:
    """Staff are about to wipe the screen and the keys."""

    at_ms: int


VisitEvent = (
    Offered
    | Withdrawn
    | RatedByPhone
    | FirstFrame
    | Made
    | Extended
    | Stormed
    | Tick
    | ClerkChanged
    | PauseChanged
    | Welcomed
    | HeadphonesMoved
    | CleaningWanted
)
