"""Which way an enrolment goes: over the network, by the stick, or nowhere because it is done."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from provisioning.enrolment.by_stick import ByStick
from provisioning.enrolment.enroller import Enroller
from provisioning.enrolment.meeting import Credential, Met
from provisioning.enrolment.outcome import Outcome, State
from provisioning.enrolment.stick import Stick
from provisioning.enrolment.ticket_file import HeldTicket
from provisioning.refused import Refused, Unreached


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the technician asked for. `offline`: do not even try the service."""

    ticket: HeldTicket | None
    code: str | None
    stick: Path | None
    replaces: bool
    offline: bool
    dry_run: bool


def go(enroller: Enroller, wish: Wish) -> Outcome:
    """Do as wished. A stick that is named, or that the ticket was found on, is used where it has to be.

    Raises Refused and its kinds.
    """
    outcome = enroller.already(None if wish.ticket is None else wish.ticket.says, dry_run=wish.dry_run)
    if outcome is not None:
        return outcome
    folder = wish.stick or (None if wish.ticket is None else wish.ticket.stick)
    by_stick = None if folder is None else ByStick(enroller, Stick(folder))
    given = wish.ticket is not None or wish.code is not None
    credential = Credential(ticket=wish.ticket, code=wish.code) if given else None
    if by_stick is not None and not wish.dry_run:
        if credential is None or by_stick.has_word_for(credential, replaces=wish.replaces):
            return by_stick.come_back()
        if wish.offline:
            return by_stick.leave(credential, replaces=wish.replaces)
    if credential is None:
        raise Refused("enrolment.no_ticket")
    try:
        met = enroller.meet(credential)
    except Unreached as unreached:
        if by_stick is None or wish.ticket is None or wish.dry_run:
            raise
        enroller.progress.tell("by_stick", url=wish.ticket.says.url, folder=folder)
        if wish.stick is None:
            try:
                enroller.progress.ask()
            except Refused:  # rather the cable: it is that which is wrong
                raise unreached from None
        return by_stick.leave(credential, replaces=wish.replaces)
    if not wish.dry_run:
        return enroller.enrol(credential, met, replaces=wish.replaces)
    return _plan(enroller, met, replaces=wish.replaces)


def _plan(enroller: Enroller, met: Met, *, replaces: bool) -> Outcome:
    """What a dry run says."""
    window, hall = ("-", "-") if met.ticket is None else (met.ticket.window, met.ticket.hall)
    enroller.progress.tell("plan_replace" if replaces else "plan", window=window, hall=hall)
    return Outcome(state=State.PLANNED, window=window, hall=hall)
