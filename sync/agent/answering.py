"""What a receipt means for a session: where the watermark goes, or why nothing more is sent for now. Pure."""

from __future__ import annotations

from dataclasses import replace

from sync.agent.protocol import (
    Action,
    Answered,
    MoveWatermark,
    Report,
)
from sync.agent.session import (
    Flight,
    Pace,
    Phase,
    Session,
    Step,
    doubled_ms,
    fill,
    give_way,
    resend_ms,
    shelved,
)

_MOST_PAUSE_MS = 600_000  # however long a receipt asks for: a slip at the province must not silence a device


def answered(session: Session, event: Answered, pace: Pace) -> Step:
    """The state after a receipt, and what is to be done."""
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
        return shelved(session, other, receipt.status, receipt.why or "no reason was given")
    if receipt.status == "diverged" or _disagreement(session, event) is not None:
        return session, []
    moved = replace(other, watermark=min(receipt.through, other.head))
    others = tuple(moved if log == other else log for log in session.others)
    return replace(session, others=others), [MoveWatermark(moved.watermark)]


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
        moved = replace(moved, next_try_ms=event.at_ms + resend_ms(moved, pace))
    else:
        # Asked again for rows that were sent: at once the first time, then ever slower, or we would spin.
        wait_ms = resend_ms(session, pace) if session.tries else 0
        moved = replace(moved, tries=session.tries + 1, paused_until_ms=event.at_ms + wait_ms)
    moved = _pause(moved, event)
    actions: list[Action] = [MoveWatermark(seq)]
    fault = "quarantined" if receipt.status == "quarantined" else None
    if fault != moved.fault:
        moved = replace(moved, fault=fault)
        actions.append(Report(fault, receipt.why or ""))
    return moved, actions + fill(moved, event.at_ms, pace)


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
        return give_way(session, fault, why)
    wait_ms = doubled_ms(pace.hold_ms, pace.hold_most_ms, session.holds)
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
