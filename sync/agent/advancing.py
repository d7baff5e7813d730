"""The protocol of a session with the province, step by step: no clock, no wire, no file."""

from __future__ import annotations

from dataclasses import replace

from sync.agent.answering import answered
from sync.agent.protocol import (
    Answered,
    BatchSent,
    ClosedSeen,
    Connected,
    Event,
    HelloSent,
    LookAtClosed,
    Lost,
    NotSent,
    Rebuild,
    SendHello,
    Tick,
)
from sync.agent.session import (
    Flight,
    Pace,
    Phase,
    Session,
    Step,
    carrying,
    doubled_ms,
    fill,
    give_way,
    resend_ms,
)

_HELLOS_KEPT = 8


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
            return give_way(session, "unreadable", why) if closed else (session, [])
        case Answered():
            return answered(session, event, pace)
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
        wait_ms = doubled_ms(pace.hold_ms, pace.hold_most_ms, session.looks)
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
    return carrying(session, unsent[0]) if unsent else session


def _greet(session: Session, at_ms: int, pace: Pace) -> Step:
    try_again_ms = at_ms + resend_ms(session, pace)
    greeting = replace(session, phase=Phase.GREETING, next_try_ms=try_again_ms, tries=session.tries + 1)
    return greeting, [SendHello()]


def _batch_sent(session: Session, event: BatchSent, pace: Pace) -> Step:
    if session.phase is not Phase.CARRYING:
        return session, []
    if not session.in_flight:
        session = replace(session, next_try_ms=event.at_ms + resend_ms(session, pace))
    # Rows may have been written and sent since the last tick.
    head = max(session.head, event.last)
    session = replace(session, head=head, in_flight=(*session.in_flight, Flight(event.id, event.last)))
    return session, fill(session, event.at_ms, pace)


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
            return session, fill(session, at_ms, pace)
