"""A certificate that has ended: the device is known by its key, a person says that it may have a new one."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from device.clock import Clock, wall_text
from device.errors import ContractError
from province.enrolment.refusal import EnrolmentRefused, RefusalCode
from province.enrolment.registrar import Registrar, check_same, request_in
from province.store import registry, renewals
from province.store.database import Database
from sync.contract.keys import KeySet, PublicKey
from sync.contract.renewal import Renewal, open_renewal, read_unproven

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewals:
    """Takes questions of devices that have no valid certificate any more. Any thread."""

    database: Database
    clock: Clock
    registrar: Registrar

    def ask(self, statement: str) -> str | None:
        """The certificate (PEM, its chain after it) for a device; None while nobody has approved.

        One that holds a valid certificate is given it again: whoever lost the answer asks once more, and it
        is of no use without the key. Raises EnrolmentRefused, ServiceError, StoreError.
        """
        now = self.clock.now().wall
        renewal, held = self._proven(statement)
        request = request_in(renewal.csr.encode("ascii", "replace"))
        with self.database.write() as connection:
            registry.lock(connection)
            check_same(connection, renewal.device, request)
            if _is_good(held.certificate, now):
                return held.certificate
            renewals.ask(connection, renewal.device, at=wall_text(now))
            entry = renewals.find(connection, renewal.device)
        if entry is None or entry.approved_at is None:
            return None
        return self.registrar.renew(renewal.device, request)

    def approve(self, device: str, *, by: str) -> None:
        """`by` says that a device which asks may have a new certificate. Raises EnrolmentRefused."""
        at = wall_text(self.clock.now().wall)
        with self.database.write() as connection:
            registry.lock(connection)
            if renewals.find(connection, device) is None:
                raise EnrolmentRefused(RefusalCode.NOTHING_ASKED, device=device)
            renewals.approve(connection, device, by=by, at=at)
        log.info("renewal approved device=%s", device)

    def _proven(self, statement: str) -> tuple[Renewal, registry.Device]:
        try:
            claimed = read_unproven(statement)
        except ContractError as error:
            raise EnrolmentRefused(RefusalCode.REQUEST_UNUSABLE, why=str(error)) from None
        with self.database.read() as connection:
            held = registry.find(connection, claimed.device)
        if held is None:
            raise EnrolmentRefused(RefusalCode.NOT_REGISTERED, device=claimed.device)
        if held.revoked_at is not None:
            raise EnrolmentRefused(RefusalCode.REVOKED, device=held.device)
        keys = KeySet([PublicKey.from_certificate(held.certificate.encode("ascii"))])
        try:
            return open_renewal(statement.strip(), keys), held
        except ContractError:
            why = "it is not signed by the key that the device is registered with"
            raise EnrolmentRefused(RefusalCode.REQUEST_UNUSABLE, why=why) from None


def _is_good(certificate: str, now: datetime) -> bool:
    return x509.load_pem_x509_certificate(certificate.encode("ascii")).not_valid_after_utc > now
