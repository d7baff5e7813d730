"""The office of tickets of a province that is running: asked over its own HTTP."""

from __future__ import annotations

import msgspec

from province.enrolment.command_ca import ANSWER_S
from province.enrolment.making import MadeTicket, Wanted
from province.remote_office import RemoteOffice
from sync.contract.stick import StickAnswer, StickRequest

MAKE_S = 300.0  # a thousand windows with codes


class RemoteTicketOffice:
    """Asks by way of the office. Every method raises EnrolmentRefused, ServiceError."""

    def __init__(self, office: RemoteOffice) -> None:
        self._office = office

    def make(self, wanted: Wanted) -> list[MadeTicket]:
        """New tickets, all or none."""
        answer = self._office.ask("/api/v1/tickets", msgspec.to_builtins(wanted), answer_s=MAKE_S)
        return [MadeTicket.from_json(fields) for fields in answer["tickets"]]

    def revoke(self, ticket: str) -> None:
        """Make a ticket worthless."""
        self._office.ask("/api/v1/tickets/revoke", {"ticket": ticket})

    def answer(self, request: StickRequest) -> StickAnswer:
        """Enrol the box whose request came on a stick, and confirm it."""
        body = msgspec.to_builtins(request)
        # The CA behind it may take its time.
        return msgspec.convert(
            self._office.ask("/api/v1/tickets/answers", body, answer_s=2 * ANSWER_S), StickAnswer
        )

    def approve(self, device: str, *, by: str) -> None:
        """Let a device whose certificate has ended have a new one."""
        self._office.ask("/api/v1/renewals", {"device": device, "by": by})
