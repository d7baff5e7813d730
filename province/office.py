"""The office: what an operator's commands change, done in this process on its own database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from cryptography import x509
from cryptography.exceptions import InvalidSignature

from device.clock import Clock, wall_text
from device.errors import ContractError, InvalidField
from province.errors import AccountError, RegistrationError
from province.ingest.admission import admit
from province.ingest.rules import Rules
from province.opening import HandedOut, hand_out
from province.passwords import Passwords
from province.places.fault import PlacesError
from province.places.plan import Plan, Window, places_in, plan
from province.places.row import PlaceRow, check_rows
from province.revocation import Revocation, Settled
from province.role import Role
from province.store import access, certificates, places, registry, tokens, users, windows
from province.store.admissions import Admission
from province.store.database import Database
from province.store.openings import Opening
from sync.contract.keys import PublicKey
from sync.contract.topics import check_device_id

_DEFAULT_RULES = Rules()


class Office(Protocol):
    """What commands ask for, whether the province runs beside them or not."""

    def login_url(self) -> str:
        """A link that opens the operator's page once, within ten minutes."""
        ...

    def add_device(self, certificate: str, *, window: str, assignment: int) -> str:
        """Register the device whose certificate (PEM) the CA signed; its id. Raises RegistrationError."""
        ...

    def admit(self, log_id: str, *, first: int, last: int, by: str) -> int:
        """Admit rows of the quarantine on the word of `by`; how many. Raises AdmissionError."""
        ...

    def add_user(self, name: str, *, password: str, role: Role, hall: str | None) -> None:
        """Make a user of the page. Raises AccountError."""
        ...

    def set_password(self, name: str, password: str) -> None:
        """Give a user another password and end their sessions. Raises AccountError."""
        ...

    def disable_user(self, name: str) -> None:
        """Let a user in no more, from this moment. Raises AccountError."""
        ...

    def make_token(self, name: str, *, role: Role, hall: str | None) -> str:
        """A new bearer token for a program. Raises AccountError."""
        ...

    def revoke_token(self, name: str) -> None:
        """Make a token worthless from this moment. Raises AccountError."""
        ...

    def place_window(self, window: Window) -> None:
        """Say in which hall, by code or name, a window is. Raises AccountError."""
        ...

    def import_places(self, rows: Sequence[PlaceRow], *, dry_run: bool) -> Plan:
        """Take over a table of places, all or nothing; what was, or would be, changed. Raises PlacesError."""
        ...

    def hand_out(self, log_id: str, seq: int, *, by: str, kid: str) -> HandedOut:
        """The sealed blob that a row names, to `by` with the key `kid`; noted. Raises OpeningError."""
        ...

    def revoke(self, device: str, *, why: str, by: str) -> Settled:
        """Shut a device out, on the word of `by`; what is left to do. Raises RegistrationError."""
        ...

    def reinstate(self, device: str, *, why: str, by: str) -> Settled:
        """Let a device in again, on the word of `by`; what is left to do. Raises RegistrationError."""
        ...


class LocalOffice:
    """The office of the process that holds the database. Any thread."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        ca: x509.Certificate,
        url: str,
        rules: Rules = _DEFAULT_RULES,
        passwords: Passwords | None = None,
        revocation: Revocation | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._ca = ca
        self._url = url
        self._rules = rules
        self._passwords = passwords or Passwords()
        self._revocation = revocation or Revocation(database, clock=clock)

    def login_url(self) -> str:
        """A link that opens the operator's page once, within ten minutes."""
        with self._database.write() as connection:
            secret = access.make_login(connection, self._now)
        return f"{self._url}/login?once={secret}"

    def add_device(self, certificate: str, *, window: str, assignment: int) -> str:
        """Register the device whose certificate (PEM) the CA signed; its id. Raises RegistrationError."""
        name = self._named_in(certificate)
        kid = PublicKey.from_certificate(certificate.encode("ascii")).kid
        device = registry.Device(name, kid, certificate, wall_text(self._now))
        with self._database.write() as connection:
            registry.add(connection, device, window=window, number=assignment)
            loaded = x509.load_pem_x509_certificate(certificate.encode("ascii"))
            certificates.record(connection, name, loaded, self._now)
        return name

    def admit(self, log_id: str, *, first: int, last: int, by: str) -> int:
        """Admit rows of the quarantine on the word of `by`; how many. Raises AdmissionError."""
        now = self._now
        with self._database.write() as connection:
            return admit(
                connection, Admission(log_id, first, last, by, wall_text(now)), now=now, rules=self._rules
            )

    def add_user(self, name: str, *, password: str, role: Role, hall: str | None) -> None:
        """Make a user of the page. Raises AccountError."""
        kept = self._passwords.hash(password)
        with self._database.write() as connection:
            hall = _hall_code(connection, hall)
            users.add(connection, name, password_hash=kept, role=role, hall=hall, now=self._now)

    def set_password(self, name: str, password: str) -> None:
        """Give a user another password and end their sessions. Raises AccountError."""
        kept = self._passwords.hash(password)
        with self._database.write() as connection:
            users.set_password(connection, name, kept)
            access.close_sessions_of(connection, name)

    def disable_user(self, name: str) -> None:
        """Let a user in no more, from this moment. Raises AccountError."""
        with self._database.write() as connection:
            users.disable(connection, name, self._now)
            access.close_sessions_of(connection, name)

    def make_token(self, name: str, *, role: Role, hall: str | None) -> str:
        """A new bearer token for a program. Raises AccountError."""
        with self._database.write() as connection:
            hall = _hall_code(connection, hall)
            return tokens.make(connection, name, role=role, hall=hall, now=self._now)

    def revoke_token(self, name: str) -> None:
        """Make a token worthless from this moment. Raises AccountError."""
        with self._database.write() as connection:
            tokens.revoke(connection, name, self._now)

    def place_window(self, window: Window) -> None:
        """Say in which hall, by code or name, a window is. Raises AccountError."""
        with self._database.write() as connection:
            _hall_code(connection, window.hall)
            windows.place(connection, window)

    def import_places(self, rows: Sequence[PlaceRow], *, dry_run: bool) -> Plan:
        """Take over a table of places, all or nothing; what was, or would be, changed. Raises PlacesError."""
        faults = list(check_rows(rows))
        if faults:
            raise PlacesError(faults)
        wanted = places_in(rows)
        if dry_run:
            with self._database.read() as connection:
                return plan(places.all_places(connection), wanted)
        with self._database.write() as connection:
            places.lock(connection)
            planned = plan(places.all_places(connection), wanted)
            places.apply(connection, wanted, planned)
        return planned

    def hand_out(self, log_id: str, seq: int, *, by: str, kid: str) -> HandedOut:
        """The sealed blob that a row names, to `by` with the key `kid`; noted. Raises OpeningError."""
        with self._database.write() as connection:
            return hand_out(connection, Opening(log_id, seq, by, kid, wall_text(self._now)))

    def revoke(self, device: str, *, why: str, by: str) -> Settled:
        """Shut a device out, on the word of `by`; what is left to do. Raises RegistrationError."""
        return self._revocation.revoke(device, why, by)

    def reinstate(self, device: str, *, why: str, by: str) -> Settled:
        """Let a device in again, on the word of `by`; what is left to do. Raises RegistrationError."""
        return self._revocation.reinstate(device, why, by)

    def _named_in(self, certificate: str) -> str:
        try:
            loaded = x509.load_pem_x509_certificate(certificate.encode("ascii"))
            loaded.verify_directly_issued_by(self._ca)
            (name,) = loaded.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
            return check_device_id(str(name.value))
        except (ValueError, TypeError, InvalidSignature):
            raise RegistrationError("the certificate is not a device's by this province's CA") from None
        except ContractError as error:
            raise RegistrationError(str(error)) from None

    @property
    def _now(self) -> datetime:
        return self._clock.now().wall


def _hall_code(connection: sa.Connection, hall: str | None) -> str | None:
    """The code of a hall said by code or name; a hall that nobody knows yet as it was said."""
    try:
        return hall and (places.hall_code(connection, hall) or hall)
    except InvalidField as error:
        raise AccountError("halls", str(error)) from None
