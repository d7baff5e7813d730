"""How an enrolment ended, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What the box is now."""

    ENROLLED = "enrolled"
    NOTHING = "nothing to do"
    PLANNED = "planned"  # --dry-run
    WAITING = "waiting"  # its request is on the stick


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`device` None: none was made. `connection`: whether it was tried, and held. `confirmed`: the province
    knows. `replaced`: the device whose place was taken, as far as the province has said. `started`: by us.
    """

    state: State
    device: str | None = None
    window: str | None = None
    hall: str | None = None
    assignment: int | None = None
    connection: bool = False
    confirmed: bool = False
    replaced: str | None = None
    started: bool = False

    @property
    def exit_code(self) -> int:
        """0; 69 when the province is still to be told."""
        return 69 if self.state is State.ENROLLED and not self.confirmed else 0
