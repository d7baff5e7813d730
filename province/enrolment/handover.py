"""What an enrolled device is told, and the moment it takes its place: the one it replaces goes then."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import msgspec
import sqlalchemy as sa

from device.clock import Clock, wall_text
from device.province_settings import Assignment
from province.enrolment.address import Address
from province.enrolment.refusal import EnrolmentRefused, RefusalCode
from province.settings_message import sign_settings
from province.steering import add_settings
from province.store import registry, settings, tickets
from province.store.database import Database
from province.store.tickets import TicketEntry
from sync.contract.assignment import sign_assignment
from sync.contract.enrolment import Enrolment, sign_enrolment
from sync.contract.errors import TooLarge
from sync.contract.keys import SigningKey

log = logging.getLogger(__name__)


class ShuttingOut(Protocol):
    """What keeps a device out for good: the registry at once, the broker right after."""

    def mark(self, connection: sa.Connection, device: str, why: str, by: str) -> None:
        """Shut the device out in the caller's transaction; what was said first stays."""
        ...

    def settle(self, *, again: str | None = None) -> object:
        """Bring the broker to what the registry says; the session of `again` is ended once more."""
        ...


class RegistryAlone:
    """Shuts devices out where the broker is not told: ingest and HTTPS do not hear them any more."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock

    def mark(self, connection: sa.Connection, device: str, why: str, by: str) -> None:  # noqa: ARG002 - as above
        """In the registry, whose word ingest and HTTPS ask for at each message."""
        registry.revoke(connection, device, at=wall_text(self._clock.now().wall), why=why)

    def settle(self, *, again: str | None = None) -> None:
        """There is nothing else to tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """Hands enrolments out and takes confirmations. Any thread. `key` is the province's."""

    database: Database
    clock: Clock
    key: SigningKey
    address: Address
    shutting_out: ShuttingOut

    def document(self, device: str) -> str:
        """The enrolment of a registered device, signed. Raises EnrolmentRefused, StoreError."""
        with self.database.read() as connection:
            held = registry.find(connection, device)
            at = registry.current_assignments(connection).get(device)
            if held is None or at is None:
                raise EnrolmentRefused(RefusalCode.NOT_REGISTERED, device=device)
            if held.revoked_at is not None:
                raise EnrolmentRefused(RefusalCode.REVOKED, device=device)
            ticket = tickets.last_of_device(connection, device)
            newest = settings.newest(connection, device)
        now = self.clock.now().wall
        assignment = Assignment(device=device, window=at.window, number=at.number, since=at.since_at)
        enrolment = Enrolment(
            device=device,
            ticket=ticket.id if ticket else "",
            issued_at=wall_text(now),
            broker=self.address.broker,
            url=self.address.url,
            assignment=sign_assignment(assignment, self.key),
            settings=self._settings(newest, assignment, now) if newest else None,
        )
        try:
            return sign_enrolment(enrolment, self.key)
        except TooLarge:
            # Settings that just fill a message do not fit into one more statement; they come by the broker.
            without = msgspec.structs.replace(enrolment, settings=None)
            return sign_enrolment(without, self.key)

    def confirm(self, device: str, *, used: str | None = None) -> str | None:
        """The device works where it stands. The one that it replaced, if any, whose place ended with this.

        In one transaction: the old assignment ends, settings set meanwhile are carried over, the old device
        is revoked. Again: the same answer. `used`: the ticket that is confirmed; nothing happens where it is
        not the device's last, as with an old stick that comes once more. Raises StoreError.
        """
        now = self.clock.now().wall
        with self.database.write() as connection:
            registry.lock(connection)
            ticket = tickets.last_of_device(connection, device)
            if ticket is None or used not in {None, ticket.id}:
                return None
            if ticket.confirmed_at is None:
                if ticket.replaces is not None:
                    self._take_over(connection, ticket, device, at=wall_text(now))
                tickets.confirm(connection, ticket.id, at=wall_text(now))
            gone = registry.revoked_because(connection, _why(device))
            log.info("confirmed device=%s replaced=%s", device, ",".join(gone) or "-")
        # Each time: a process that was killed right after the commit left this undone.
        for old in gone:
            self.shutting_out.settle(again=old)
        return ticket.replaces if ticket.replaces in gone else None

    def _take_over(self, connection: sa.Connection, ticket: TicketEntry, device: str, *, at: str) -> None:
        serving = registry.serving(connection, ticket.window)
        if device not in {one.device for one in serving}:
            return  # it was moved away meanwhile: nobody is in its way there
        registry.end_revoked(connection, ticket.window, at=at)
        for one in serving:
            if one.device == device:
                continue
            if one.device == ticket.replaces:
                self._carry_settings(connection, one.device, device, since=ticket.used_at or at, at=at)
            registry.end_assignment(connection, one.device, at=at)
            self.shutting_out.mark(connection, one.device, _why(device), f"ticket {ticket.id}")

    def _carry_settings(self, connection: sa.Connection, old: str, new: str, *, since: str, at: str) -> None:
        """What was set on the old device after the new one was enrolled; not over what was set on this."""
        theirs, own = settings.newest(connection, old), settings.newest(connection, new)
        if theirs is None or theirs.made_at <= since:
            return
        if own is None or own.made_at <= since:
            add_settings(connection, new, theirs.body, at=at)

    def _settings(self, newest: settings.Version, assignment: Assignment, now: datetime) -> str:
        return sign_settings(
            assignment.device, newest.version, newest.body, assignment=assignment, at=now, key=self.key
        ).decode("ascii")


def _why(device: str) -> str:
    return f"replaced by {device}"
