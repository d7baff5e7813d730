"""The office of tickets: what its commands change, done in this process on its own database."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from device.clock import Clock, wall_text
from province.ca import certificate_pem
from province.enrolment.making import MadeTicket, Wanted, make_ticket, windows_wanted
from province.enrolment.refusal import EnrolmentRefused, RefusalCode
from province.enrolment.registrar import request_in
from province.enrolment.service import EnrolmentService
from province.store import tickets
from province.store.database import Database
from sync.contract.keys import SigningKey
from sync.contract.stick import StickAnswer, StickRequest
from sync.contract.ticket import fingerprint


class TicketOffice(Protocol):
    """What commands ask for, whether the province runs beside them or not."""

    def make(self, wanted: Wanted) -> list[MadeTicket]:
        """New tickets, all or none. Raises EnrolmentRefused."""
        ...

    def revoke(self, ticket: str) -> None:
        """Make a ticket worthless. Raises EnrolmentRefused for one that is not known, or used."""
        ...

    def answer(self, request: StickRequest) -> StickAnswer:
        """Enrol the box whose request came on a stick, and confirm it. Raises EnrolmentRefused."""
        ...

    def approve(self, device: str, *, by: str) -> None:
        """Let a device whose certificate has ended have a new one. Raises EnrolmentRefused."""
        ...


class LocalTicketOffice:
    """The office of the process that holds the database. Any thread. `key` is the province's."""

    def __init__(
        self, database: Database, service: EnrolmentService, *, clock: Clock, key: SigningKey
    ) -> None:
        self._database = database
        self._service = service
        self._clock = clock
        self._key = key

    def make(self, wanted: Wanted) -> list[MadeTicket]:
        """New tickets, all or none. Raises EnrolmentRefused."""
        url, ca, now = self._service.address.url, fingerprint(self._service.root), self._now
        with self._database.read() as connection:
            hall, windows = windows_wanted(connection, wanted)
        both = [
            make_ticket(hall, window, wanted, url=url, ca=ca, key=self._key, now=now) for window in windows
        ]
        with self._database.write() as connection:
            for _, entry in both:
                tickets.add(connection, entry)
        return [made for made, _ in both]

    def revoke(self, ticket: str) -> None:
        """Make a ticket worthless. Raises EnrolmentRefused for one that is not known, or used."""
        with self._database.write() as connection:
            tickets.lock(connection)
            found = tickets.find(connection, ticket)
            if found is None:
                raise EnrolmentRefused(RefusalCode.TICKET_UNKNOWN, ticket=ticket)
            if found.device is not None:
                raise EnrolmentRefused(RefusalCode.TICKET_USED, device=found.device)
            if found.revoked_at is None:
                tickets.revoke(connection, ticket, at=wall_text(self._now))

    def answer(self, request: StickRequest) -> StickAnswer:
        """Enrol the box whose request came on a stick, and confirm it: it cannot call home to do so itself.

        The same request again: the same certificate. Raises EnrolmentRefused, ServiceError.
        """
        asked = request_in(request.csr.encode("ascii", "replace"))
        if asked.device != request.device:
            why = f"it is for {asked.device} and not for {request.device}"
            raise EnrolmentRefused(RefusalCode.REQUEST_UNUSABLE, why=why)
        ticket = self._service.credentials.proven(request.ticket)
        certificate = self._service.registrar.enrol(ticket.id, asked, replace=request.replace)
        self._service.handover.confirm(asked.device, used=ticket.id)
        return StickAnswer(
            device=asked.device,
            certificate=certificate,
            ca=certificate_pem(self._service.root).decode("ascii"),
            keys=self._service.key_set,
            enrolment=self._service.handover.document(asked.device),
        )

    def approve(self, device: str, *, by: str) -> None:
        """Let a device whose certificate has ended have a new one. Raises EnrolmentRefused."""
        self._service.renewals.approve(device, by=by)

    @property
    def _now(self) -> datetime:
        return self._clock.now().wall
