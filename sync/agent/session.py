"""The state of one session with the province. Pure; `sync.agent.advancing` has the steps.

One log is carried at a time. The active one comes first: its ratings are of now. When it has nothing to send,
the closed ones follow, the oldest first, and give way at the end of a window when the active one grows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from sync.agent.protocol import (
    Action,
    SendBatch,
    Shelve,
    Stand,
)

_MOST_DOUBLINGS = 20


class Phase(Enum):
    """Where a session is."""

    OFFLINE = "offline"
    GREETING = "greeting"  # hello sent, not answered: the watermark is not known
    CARRYING = "carrying"
    HELD = "held"  # the province will not take our rows: they stay, and we ask again later


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast and how patient. `window`: batches in flight. Waits double, from the first to the longest."""

    window: int
    watchdog_ms: int
    resend_ms: int = 2_000
    resend_most_ms: int = 30_000
    hold_ms: int = 10_000
    hold_most_ms: int = 600_000


@dataclass(frozen=True, slots=True)
class Flight:
    """A batch without a receipt yet: the id of its message, the last seq in it."""

    id: str
    last: int


@dataclass(frozen=True, slots=True)
class Session:
    """The state. `log_id`: the log being carried; `watermark`: last seq of it that the province has
    receipted; `head`: last seq in it. `active`: the log being written. `others`: the logs not carried now.
    """

    phase: Phase = Phase.OFFLINE
    id: str = ""
    active: str = ""
    others: tuple[Stand, ...] = ()
    log_id: str = ""
    watermark: int = 0
    head: int = 0
    hellos: tuple[str, ...] = ()
    in_flight: tuple[Flight, ...] = ()
    next_try_ms: int = 0  # then hello or the rows in flight are sent again
    tries: int = 0
    quiet_since_ms: int = 0  # the last progress, or the last time there was nothing to wait for
    paused_until_ms: int = 0
    holds: int = 0
    fault: str | None = None
    left_out: bool = False  # a closed log is not carried, or was not announced: it is looked at again
    returning: tuple[Stand, ...] = ()  # announced again, carried again once that is answered
    look_at_ms: int | None = None  # then
    looks: int = 0

    @property
    def sent(self) -> int:
        """The last seq that was sent or receipted."""
        return max(self.watermark, self.in_flight[-1].last) if self.in_flight else self.watermark

    @property
    def must_yield(self) -> bool:
        """Whether a closed log is being carried while the active one has rows to send."""
        return self.log_id != self.active and any(
            other.log_id == self.active and other.watermark < other.head for other in self.others
        )

    @property
    def all_receipted(self) -> bool:
        """Whether there is nothing to wait for."""
        return self.watermark >= self.head and all(log.watermark >= log.head for log in self.others)


Step = tuple[Session, list[Action]]


def carrying(session: Session, log: Stand) -> Session:
    """`log`, one of the others, in the place of the one carried."""
    before = Stand(session.log_id, session.watermark, session.head)
    rest = [before if other == log else other for other in session.others]
    return replace(
        session,
        log_id=log.log_id,
        watermark=log.watermark,
        head=log.head,
        others=tuple(rest),
        tries=0,
    )


def doubled_ms(first_ms: int, most_ms: int, tries: int) -> int:
    """How long to wait after so many tries in vain."""
    return min(first_ms << min(tries, _MOST_DOUBLINGS), most_ms)


def resend_ms(session: Session, pace: Pace) -> int:
    """How long what was sent may go without an answer."""
    return doubled_ms(pace.resend_ms, pace.resend_most_ms, session.tries)


def fill(session: Session, at_ms: int, pace: Pace) -> list[Action]:
    """One more batch, if the window has room and there are rows for it."""
    if session.must_yield:
        return []
    if at_ms < session.paused_until_ms or len(session.in_flight) >= pace.window:
        return []
    return [SendBatch(session.sent)] if session.sent < session.head else []


def shelved(session: Session, log: Stand, fault: str, why: str) -> Step:
    """`log`, one of the others, is left out until it is looked at again."""
    others = tuple(other for other in session.others if other != log)
    return replace(session, others=others, left_out=True), [Shelve(log.log_id, fault, why)]


def give_way(session: Session, fault: str, why: str) -> Step:
    """A closed log that is in trouble holds nobody up: the active one is carried again."""
    active = next(log for log in session.others if log.log_id == session.active)
    closed = Stand(session.log_id, session.watermark, session.head)
    return shelved(carrying(replace(session, in_flight=()), active), closed, fault, why)
