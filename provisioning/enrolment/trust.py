"""Whom the box believes: the province's root, known by the ticket's fingerprint, and the keys under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from device.errors import ContractError
from provisioning.enrolment import est
from provisioning.refused import Refused
from sync.contract.keys import KeySet, PublicKey, open_key_set
from sync.contract.ticket import Ticket, fingerprint, open_ticket


@dataclass(frozen=True, slots=True)
class Root:
    """The province's root, and what else it showed beside it."""

    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...] = ()

    @classmethod
    def among(cls, shown: Sequence[x509.Certificate], *, pinned: str, url: str) -> Self:
        """The one of `shown` with the fingerprint `pinned` of the ticket. Raises Refused."""
        for certificate in shown:
            if fingerprint(certificate) == pinned:
                return cls(certificate, tuple(c for c in shown if c is not certificate))
        raise Refused("enrolment.ca_not_shown", url=url)

    @classmethod
    def of_image(cls, pem: bytes, where: object) -> Self:
        """The root that the image carries in the file `where`. Raises Refused."""
        try:
            return cls(x509.load_pem_x509_certificate(pem))
        except ValueError:
            raise Refused("enrolment.image_ca", path=where) from None

    @property
    def pem(self) -> bytes:
        """The root's certificate."""
        return est.pem_of([self.certificate])

    def keys(self, signed: str) -> KeySet:
        """The province's keys, signed by the root. Raises Refused."""
        try:
            return open_key_set(signed, PublicKey.from_certificate(self.pem))
        except ContractError:
            raise Refused("enrolment.keys_not_proven") from None

    def certificate_of(
        self, device: str, key: PublicKey, answered: Sequence[x509.Certificate]
    ) -> list[x509.Certificate]:
        """Of what was `answered` the certificate of `device` for `key`, with its chain. Raises Refused."""
        for certificate in answered:
            theirs = certificate.public_key()
            if not isinstance(theirs, ec.EllipticCurvePublicKey) or PublicKey(theirs) != key:
                continue
            if certificate.subject.rfc4514_string() != f"CN={device}":
                break
            try:
                return est.chain_to(self.certificate, certificate, [*answered, *self.others])
            except ContractError:
                break
        raise Refused("enrolment.wrong_certificate")


def prove_ticket(token: str, keys: KeySet) -> Ticket:
    """The ticket in `token`, as one of the province's `keys` signed it. Raises Refused."""
    try:
        return open_ticket(token, keys)
    except ContractError:
        raise Refused("enrolment.ticket_tampered") from None
