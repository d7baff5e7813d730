"""What somebody shows who wants to be enrolled: a ticket's file or code, proven or refused."""

from __future__ import annotations

import hashlib
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
        now = self._clock.now().wall
        name = f"ticket code from {source}"
        with self._database.read() as connection:
            closed = attempts.closed_until(connection, name, now)
        if closed is not None:
            raise EnrolmentRefused(RefusalCode.CODE_LOCKED, until=wall_text(_full_second(closed)))
        try:
            hashed = code_hash(DeviceCode.read(typed))
        except NotACode:  # a slip of the finger, which its own letter shows: no try at another's code
            raise EnrolmentRefused(RefusalCode.CODE_WRONG) from None
        with self._database.write() as connection:
            found = tickets.find_by_code(connection, hashed)
            if found is not None:
                attempts.forget(connection, name)
                return found.id
            attempts.note_failure(connection, name, now)
        raise EnrolmentRefused(RefusalCode.CODE_WRONG)


def _full_second(at: datetime) -> datetime:
    return (at + timedelta(seconds=1)).replace(microsecond=0)
