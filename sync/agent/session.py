"""The protocol of one session with the province, as a pure state machine: no clock, no wire, no file.

One log is carried at a time. The active one comes first: its ratings are of now. When it has nothing to send,
the closed ones follow, the oldest first, and give way at the end of a window when the active one grows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from sync.agent.protocol import (
    Action,
    Answered,
    BatchSent,
    ClosedSeen,
    Connected,
    Event,
    HelloSent,
    LookAtClosed,
    Lost,
    MoveWatermark,
    NotSent,
    Rebuild,
    Report,
    SendBatch,
    SendHello,
    Shelve,
    Stand,
    Tick,
)

_HELLOS_KEPT = 8
_MOST_DOUBLINGS = 20
_MOST_PAUSE_MS = 600_000  # however long a receipt asks for: a slip at the province must not silence a device


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


def advance(session: Session, event: Event, pace: Pace) -> Step:
    """The state after `event`, and what is to be done."""
    match event:
        case Connected():
            return _greet(
                Session(
                    id=event.id,
                    active=event.log_id,
                    others=event.closed,
                    log_id=event.log_id,
                    watermark=event.watermark,
                    head=event.head,
                    quiet_since_ms=event.at_ms,
                    holds=session.holds,
                    fault=session.fault,
                    left_out=event.left_out,
                ),
                event.at_ms,
                pace,
            )
        case Lost():
            return Session(holds=session.holds, fault=session.fault), []
        case HelloSent():
            hellos = (*session.hellos, event.id)[-_HELLOS_KEPT:]
            return replace(session, hellos=hellos, left_out=session.left_out or event.left_out), []
        case ClosedSeen():
            carried = {session.log_id, *(log.log_id for log in session.others)}
            returning = tuple(log for log in event.closed if log.log_id not in carried)
            return replace(session, returning=returning, left_out=event.left_out), [SendHello()]
        case BatchSent():
            return _batch_sent(session, event, pace)
        case NotSent(why):
            closed = session.phase is Phase.CARRYING and session.log_id != session.active
            return _give_way(session, "unreadable", why) if closed else (session, [])
        case Answered():
            return _answered(session, event, pace)
        case Tick():
            if session.phase is Phase.CARRYING and session.all_receipted:
                session = replace(session, quiet_since_ms=event.at_ms)  # there was nothing to wait for
            session, looks = _looked(session, event.at_ms, pace)
            session, actions = _tick(_turned(_grown(session, event.head)), event.at_ms, pace)
            return session, looks + actions


def _looked(session: Session, at_ms: int, pace: Pace) -> Step:
    """Logs that were left out are looked at again, ever slower while nothing comes of it."""
    if session.phase is not Phase.CARRYING or not (session.left_out or session.returning):
        return session, []
    if session.look_at_ms is None:
        wait_ms = _wait_ms(pace.hold_ms, pace.hold_most_ms, session.looks)
        return replace(session, look_at_ms=at_ms + wait_ms), []
    if at_ms < session.look_at_ms:
        return session, []
    return replace(session, look_at_ms=None, looks=session.looks + 1), [LookAtClosed()]


def _grown(session: Session, head: int) -> Session:
    """The active log stands at `head` now."""
    if session.log_id == session.active:
        return replace(session, head=max(session.head, head))
    others = tuple(
        replace(other, head=max(other.head, head)) if other.log_id == session.active else other
        for other in session.others
    )
    return replace(session, others=others)


def _turned(session: Session) -> Session:
    """Carrying the log whose turn it is: only when nothing is in flight does the turn go to another one."""
    if session.phase is not Phase.CARRYING or session.in_flight:
        return session
    if session.watermark < session.head and not session.must_yield:
        return session
    unsent = [other for other in session.others if other.watermark < other.head]
    unsent.sort(key=lambda other: other.log_id != session.active)  # stable: the rest stays in its order
    return _carrying(session, unsent[0]) if unsent else session


def _carrying(session: Session, log: Stand) -> Session:
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


def _wait_ms(first_ms: int, most_ms: int, tries: int) -> int:
    return min(first_ms << min(tries, _MOST_DOUBLINGS), most_ms)


def _resend_ms(session: Session, pace: Pace) -> int:
    return _wait_ms(pace.resend_ms, pace.resend_most_ms, session.tries)


def _greet(session: Session, at_ms: int, pace: Pace) -> Step:
    try_again_ms = at_ms + _resend_ms(session, pace)
    greeting = replace(session, phase=Phase.GREETING, next_try_ms=try_again_ms, tries=session.tries + 1)
    return greeting, [SendHello()]


def _batch_sent(session: Session, event: BatchSent, pace: Pace) -> Step:
    if session.phase is not Phase.CARRYING:
        return session, []
    if not session.in_flight:
        session = replace(session, next_try_ms=event.at_ms + _resend_ms(session, pace))
    # Rows may have been written and sent since the last tick.
    head = max(session.head, event.last)
    session = replace(session, head=head, in_flight=(*session.in_flight, Flight(event.id, event.last)))
    return session, _fill(session, event.at_ms, pace)


def _fill(session: Session, at_ms: int, pace: Pace) -> list[Action]:
    """One more batch, if the window has room and there are rows for it."""
    if session.must_yield:
        return []
    if at_ms < session.paused_until_ms or len(session.in_flight) >= pace.window:
        return []
    return [SendBatch(session.sent)] if session.sent < session.head else []


def _tick(session: Session, at_ms: int, pace: Pace) -> Step:
    match session.phase:
        case Phase.OFFLINE:
            return session, []
        case Phase.HELD:
            if at_ms < session.next_try_ms:
                return session, []
            return _greet(replace(session, hellos=(), tries=0, quiet_since_ms=at_ms), at_ms, pace)
        case Phase.GREETING:
            if at_ms - session.quiet_since_ms >= pace.watchdog_ms:
                return session, [Rebuild("hello was not answered")]
            return (session, []) if at_ms < session.next_try_ms else _greet(session, at_ms, pace)
        case Phase.CARRYING:
            if session.all_receipted or at_ms < session.paused_until_ms:
                return session, []
            if at_ms - max(session.quiet_since_ms, session.paused_until_ms) >= pace.watchdog_ms:
                return session, [Rebuild("rows were sent and not receipted")]
            if session.in_flight and at_ms >= session.next_try_ms:
                session = replace(session, in_flight=(), tries=session.tries + 1)
            return session, _fill(session, at_ms, pace)


def _answered(session: Session, event: Answered, pace: Pace) -> Step:
    receipt = event.receipt
    if session.phase not in (Phase.GREETING, Phase.CARRYING) or receipt.session != session.id:
        return session, []
    if session.returning and session.hellos and receipt.re == session.hellos[-1]:
        session = replace(session, others=(*session.others, *session.returning), returning=())
    if receipt.log_id not in (None, session.log_id):
        return _answered_of_other(session, event)
    if session.log_id != session.active and receipt.re in session.hellos:
        return session, []  # hello was answered twice
    if receipt.status not in ("ok", "resend", "quarantined"):
        return _hold(session, event, receipt.status, receipt.why or "no reason was given", pace)
    if session.phase is Phase.GREETING:
        # It sets the watermark either way: a province restored from a backup asks for older rows.
        return _move(session, event, (), pace) if receipt.re in session.hellos else (session, [])
    if receipt.status == "resend":
        # Of several batches after one gap each is answered so; only the first answer finds them in flight.
        in_flight = receipt.re in [flight.id for flight in session.in_flight]
        return _move(session, event, (), pace) if in_flight else (session, [])
    if receipt.through <= session.watermark:
        return _pause(session, event), []
    ahead = tuple(flight for flight in session.in_flight if flight.last > receipt.through)
    return _move(session, event, ahead, pace)


def _answered_of_other(session: Session, event: Answered) -> Step:
    """The answer to hello sets the watermark of a log that is not being carried now, either way; a late
    receipt only forward.

    Where it does not agree with our rows, those after our own watermark are sent as they are: the province
    keeps aside what contradicts it.
    """
    receipt = event.receipt
    other = next((log for log in session.others if log.log_id == receipt.log_id), None)
    if other is None:
        return session, []
    if receipt.re not in session.hellos and (receipt.status != "ok" or receipt.through <= other.watermark):
        return session, []
    if receipt.status not in ("ok", "resend", "quarantined", "diverged"):
        return _shelved(session, other, receipt.status, receipt.why or "no reason was given")
    if receipt.status == "diverged" or _disagreement(session, event) is not None:
        return session, []
    moved = replace(other, watermark=min(receipt.through, other.head))
    others = tuple(moved if log == other else log for log in session.others)
    return replace(session, others=others), [MoveWatermark(moved.watermark)]


def _shelved(session: Session, log: Stand, fault: str, why: str) -> Step:
    others = tuple(other for other in session.others if other != log)
    return replace(session, others=others, left_out=True), [Shelve(log.log_id, fault, why)]


def _give_way(session: Session, fault: str, why: str) -> Step:
    """A closed log that is in trouble holds nobody up: the active one is carried again."""
    active = next(log for log in session.others if log.log_id == session.active)
    closed = Stand(session.log_id, session.watermark, session.head)
    return _shelved(_carrying(replace(session, in_flight=()), active), closed, fault, why)


def _move(session: Session, event: Answered, in_flight: tuple[Flight, ...], pace: Pace) -> Step:
    """The watermark goes where the receipt puts it, if our own rows agree with the province's."""
    disagreement = _disagreement(session, event)
    if disagreement is not None:
        return _hold(session, event, *disagreement, pace)
    receipt = event.receipt
    seq = receipt.through
    if receipt.status == "resend" and receipt.from_seq is not None:
        seq = min(seq, max(receipt.from_seq - 1, 0))
    head = max(session.head, receipt.through)
    moved = replace(session, phase=Phase.CARRYING, watermark=seq, head=head, in_flight=in_flight, holds=0)
    if session.phase is Phase.GREETING or seq > session.watermark:
        looks = session.looks if session.log_id == session.active else 0
        moved = replace(moved, tries=0, quiet_since_ms=event.at_ms, looks=looks)
        moved = replace(moved, next_try_ms=event.at_ms + _resend_ms(moved, pace))
    else:
        # Asked again for rows that were sent: at once the first time, then ever slower, or we would spin.
        wait_ms = _resend_ms(session, pace) if session.tries else 0
        moved = replace(moved, tries=session.tries + 1, paused_until_ms=event.at_ms + wait_ms)
    moved = _pause(moved, event)
    actions: list[Action] = [MoveWatermark(seq)]
    fault = "quarantined" if receipt.status == "quarantined" else None
    if fault != moved.fault:
        moved = replace(moved, fault=fault)
        actions.append(Report(fault, receipt.why or ""))
    return moved, actions + _fill(moved, event.at_ms, pace)


def _disagreement(session: Session, event: Answered) -> tuple[str, str] | None:
    """The fault, and why, when what the province holds is not the beginning of our log."""
    receipt = event.receipt
    if event.gone:
        return None
    if event.own_hash is None:
        if receipt.through > session.head:
            return "diverged", "the province holds rows that this ledger does not have"
        return "rows_gone", "the province asks for rows that this ledger no longer has"
    if receipt.head != event.own_hash and not (receipt.through == 0 and receipt.head is None):
        return "diverged", "the province holds another row in the place of ours"
    return None


def _hold(session: Session, event: Answered, fault: str, why: str, pace: Pace) -> Step:
    if session.log_id != session.active:
        return _give_way(session, fault, why)
    wait_ms = _wait_ms(pace.hold_ms, pace.hold_most_ms, session.holds)
    held = replace(
        session,
        phase=Phase.HELD,
        in_flight=(),
        next_try_ms=event.at_ms + wait_ms,
        holds=session.holds + 1,
        fault=fault,
    )
    return held, [Report(fault, why)] if fault != session.fault else []


def _pause(session: Session, event: Answered) -> Session:
    if event.receipt.pause_s is None:
        return session
    pause_ms = min(round(event.receipt.pause_s * 1000), _MOST_PAUSE_MS)
    return replace(session, paused_until_ms=max(session.paused_until_ms, event.at_ms + pause_ms))
