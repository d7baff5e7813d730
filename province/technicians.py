"""The office of technicians: who may act for the province in the halls, and what they bring to the office."""

from __future__ import annotations

from typing import Any, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from device.clock import Clock, wall_text
from device.errors import ContractError
from province.ca import TECHNICIAN
from province.errors import Declined
from province.remote_office import RemoteOffice
from province.rescues import Rescues, Taken
from province.store import technicians
from province.store.database import Database
from province.store.technicians import Technician
from sync.contract.keys import PublicKey
from sync.contract.topics import check_device_id


class TechnicianOffice(Protocol):
    """What commands ask for, whether the province runs beside them or not."""

    def add(self, certificate: str) -> str:
        """Make a technician of whom the CA has certified (PEM); their name. Raises Declined."""
        ...

    def disable(self, name: str) -> None:
        """Let a technician act no more, from this moment. Raises Declined."""
        ...

    def take(self, statement: str) -> Taken:
        """Take a rescue that a technician has signed. Raises Declined."""
        ...


class LocalTechnicianOffice:
    """The office of the process that holds the database. Any thread."""

    def __init__(self, database: Database, *, clock: Clock, ca: x509.Certificate, rescues: Rescues) -> None:
        self._database = database
        self._clock = clock
        self._ca = ca
        self._rescues = rescues

    def add(self, certificate: str) -> str:
        """Make a technician of whom the CA has certified (PEM); their name. Raises Declined."""
        name = self._named_in(certificate)
        kid = PublicKey.from_certificate(certificate.encode("ascii")).kid
        with self._database.write() as connection:
            technicians.add(connection, Technician(name, kid, certificate, self._now))
        return name

    def disable(self, name: str) -> None:
        """Let a technician act no more, from this moment. Raises Declined."""
        with self._database.write() as connection:
            technicians.disable(connection, name, at=self._now)

    def take(self, statement: str) -> Taken:
        """Take a rescue that a technician has signed. Raises Declined."""
        return self._rescues.take(statement)

    def _named_in(self, certificate: str) -> str:
        try:
            loaded = x509.load_pem_x509_certificate(certificate.encode("ascii"))
            loaded.verify_directly_issued_by(self._ca)
            (name,) = loaded.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
            said = check_device_id(str(name.value))
        except (ValueError, TypeError, InvalidSignature, ContractError):
            said = ""
        if not said.startswith(TECHNICIAN):
            why = "the certificate is not a technician's by this province's CA"
            raise Declined("certificate_unusable", why)
        return said.removeprefix(TECHNICIAN)

    @property
    def _now(self) -> str:
        return wall_text(self._clock.now().wall)


class RemoteTechnicianOffice:
    """The office of a province that is running: asked over its own HTTP, for one process alone writes.

    Every method raises Declined when refused, ServiceError.
    """

    def __init__(self, office: RemoteOffice) -> None:
        self._office = office

    def add(self, certificate: str) -> str:
        """Make a technician; their name."""
        return str(
            self._office.ask("/api/v1/technicians", {"certificate": certificate}, _declined)["technician"]
        )

    def disable(self, name: str) -> None:
        """Let a technician act no more."""
        self._office.ask("/api/v1/technicians/disable", {"name": name}, _declined)

    def take(self, statement: str) -> Taken:
        """Take a rescue that a technician has signed."""
        answer: dict[str, Any] = self._office.ask("/api/v1/rescues", {"statement": statement}, _declined)
        return Taken(tuple(answer["receipts"]), answer["rows"], answer["aside"], answer["blobs"])


def _declined(answer: dict[str, Any]) -> Declined:
    return Declined(str(answer.get("error")), str(answer["message"]), **(answer.get("facts") or {}))
