"""Who signs devices' certificates: our own CA, or another behind the same interface, its work checked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from province.ca import CertificateAuthority, certificate_pem, read_request
from province.errors import ServiceError

AHEAD = timedelta(minutes=5)
"""By how much the clock of another CA may be before ours, the time that it took to sign included."""


class Signer(Protocol):
    """What makes a certificate of a device's signing request."""

    def sign(self, request: bytes, now: datetime) -> list[x509.Certificate]:
        """The certificate for a signing request (PEM), and what is between it and the root.

        Raises EnrolmentError for a request that cannot be used, ServiceError when there is no signer now.
        """
        ...


class OwnCa:
    """Signs with the province's own CA."""

    def __init__(self, ca: CertificateAuthority) -> None:
        self._ca = ca

    def sign(self, request: bytes, now: datetime) -> list[x509.Certificate]:
        """The certificate, right under the root."""
        return [self._ca.sign_device(request, now)]


class NoCa:
    """Where the province has neither the CA's key nor a command for it: everything else goes on."""

    def sign(self, request: bytes, now: datetime) -> list[x509.Certificate]:  # noqa: ARG002 - as Signer has it
        """Raises ServiceError."""
        raise ServiceError("this province signs no certificates: set ca.key or ca.command in province.toml")


def chain_pem(chain: Sequence[x509.Certificate]) -> str:
    """A chain as one PEM text, the device's certificate first: a file that TLS takes as it is."""
    return b"".join(certificate_pem(one) for one in chain).decode("ascii")


def check_chain(
    chain: Sequence[x509.Certificate], *, request: bytes, root: x509.Certificate, now: datetime
) -> None:
    """That a chain is what a device needs: of this request, up to our root, for clients, good now.

    Raises ServiceError naming what is not so: a CA of another make is held to what ours does by itself.
    """
    device, key = read_request(request)
    leaf = chain[0]
    names = [str(name.value) for name in leaf.subject]
    if names != [device]:
        raise ServiceError(f"the CA's certificate is not for CN={device} and nothing else; see its template")
    if not isinstance(leaf.public_key(), ec.EllipticCurvePublicKey) or leaf.public_key() != key:
        raise ServiceError("the CA's certificate is for another key than the request's; see its command")
    if not _is_for_clients(leaf):
        raise ServiceError("the CA's certificate is not one for TLS clients; see its template")
    for certificate, issuer in zip(chain, [*chain[1:], root], strict=True):
        if certificate is not leaf and not _is_authority(certificate):
            raise ServiceError("the CA's chain goes through what is no CA; see its command")
        if not certificate.not_valid_before_utc - AHEAD <= now < certificate.not_valid_after_utc:
            raise ServiceError("the CA's certificate is not valid now; see its clock and this machine's")
        try:
            certificate.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature):
            raise ServiceError(
                "the CA's chain does not lead to the root in broker.ca; give the root that signs it"
            ) from None


def _is_for_clients(leaf: x509.Certificate) -> bool:
    try:
        usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.CLIENT_AUTH in usage and not _is_authority(leaf)


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
