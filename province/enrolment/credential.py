"""What somebody shows who wants to be enrolled: a ticket's file or code, proven or refused."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from device.clock import Clock, wall_text
from device.device_code import DeviceCode, NotACode
from device.errors import ContractError
from province.enrolment.refusal import EnrolmentRefused, RefusalCode
from province.store import attempts, tickets
from province.store.database import Database
from sync.contract.errors import BadSignature, UnknownKey
from sync.contract.keys import KeySet
from sync.contract.ticket import Ticket, open_ticket

CODE = "code"
"""The user's name that goes with a short code, where it otherwise is a ticket's id."""

_WRONG = {
    RefusalCode.TICKET_TAMPERED,
    RefusalCode.TICKET_UNKNOWN,
    RefusalCode.TICKET_USED,
    RefusalCode.TICKET_REVOKED,
}
"""What a try with another's ticket ends in. Late, or at the wrong window, comes who was given one."""

_SALT = b"chuangping ticket code"


def new_code() -> DeviceCode:
    """A short code: ten letters that no one confuses, about 49 bits, and one that checks them."""
    return DeviceCode.new()


def code_hash(code: DeviceCode) -> str:
    """What is kept of a code. Slow on purpose: whoever has the database shall not try all codes in a night.

    One salt for all, since a code is looked up by its hash; each is random and good for hours.
    """
    return hashlib.scrypt(code.body.encode("ascii"), salt=_SALT, n=2**13, r=8, p=1, dklen=32).hex()


class Credentials:
    """Proves tickets and codes. Any thread. Whether a ticket may still be used the registrar says."""

    def __init__(self, database: Database, *, clock: Clock, keys: KeySet) -> None:
        self._database = database
        self._clock = clock
        self._keys = keys

    def ticket_of(self, user: str, password: str, *, source: str) -> str:
        """The id of the ticket that was shown, from the address `source`. Raises EnrolmentRefused."""
        if user == CODE:
            return self._by_code(password, source)
        ticket = self.proven(password)
        if ticket.id != user:
            raise EnrolmentRefused(RefusalCode.TICKET_TAMPERED)
        return ticket.id

    @contextlib.contextmanager
    def tried(self, *, source: str) -> Iterator[None]:
        """Within, somebody at the address `source` tries to enrol by a ticket, however it was shown.

        Five wrong ones close the address to tickets for a while, twice as long each time, until one enrols:
        then EnrolmentRefused is raised at once.
        """
        name = f"ticket from {source}"
        self._check_open(name, RefusalCode.TICKET_LOCKED)
        try:
            yield
        except EnrolmentRefused as refused:
            if refused.code in _WRONG:
                with self._database.write() as connection:
                    attempts.note_failure(connection, name, self._clock.now().wall)
            raise
        with self._database.write() as connection:
            attempts.forget(connection, name)

    def proven(self, statement: str) -> Ticket:
        """The ticket in `statement`, which this province signed. Raises EnrolmentRefused."""
        try:
            return open_ticket(statement.strip(), self._keys)
        except (BadSignature, UnknownKey):
            raise EnrolmentRefused(RefusalCode.TICKET_TAMPERED) from None
        except ContractError:
            raise EnrolmentRefused(RefusalCode.TICKET_UNREADABLE) from None

    def _by_code(self, typed: str, source: str) -> str:
        """Five wrong ones from an address close it to codes for a while, twice as long each time."""
        name = f"ticket code from {source}"
        self._check_open(name, RefusalCode.CODE_LOCKED)
        try:
            hashed = code_hash(DeviceCode.read(typed))
        except NotACode:  # a slip of the finger, which its own letter shows: no try at another's code
            raise EnrolmentRefused(RefusalCode.CODE_WRONG) from None
        with self._database.write() as connection:
            found = tickets.find_by_code(connection, hashed)
            if found is not None:
                attempts.forget(connection, name)
                return found.id
            attempts.note_failure(connection, name, self._clock.now().wall)
        raise EnrolmentRefused(RefusalCode.CODE_WRONG)

    def _check_open(self, name: str, locked: RefusalCode) -> None:
        now = self._clock.now().wall
        with self._database.read() as connection:
            closed = attempts.closed_until(connection, name, now)
        if closed is not None:
            raise EnrolmentRefused(locked, until=wall_text(_full_second(closed)))


def _full_second(at: datetime) -> datetime:
    return (at + timedelta(seconds=1)).replace(microsecond=0)
