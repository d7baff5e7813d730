"""The forms in which EST (RFC 7030) carries requests and certificates. Pure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7

from device.errors import ContractError

CACERTS = "/.well-known/est/cacerts"
ENROLL = "/.well-known/est/simpleenroll"
REPLACE = "/.well-known/est/replace/simpleenroll"
REENROLL = "/.well-known/est/simplereenroll"
REQUEST_TYPE = "application/pkcs10"

_LONGEST_CHAIN = 4


def request_body(csr: bytes) -> bytes:
    """The signing request `csr` (PEM) as the body of simpleenroll (RFC 8951, section 3.1)."""
    der = x509.load_pem_x509_csr(csr).public_bytes(serialization.Encoding.DER)
    return base64.encodebytes(der)


def certificates_in(body: bytes) -> list[x509.Certificate]:
    """The certificates of a certs-only PKCS #7 answer. Raises ContractError."""
    try:
        found = pkcs7.load_der_pkcs7_certificates(base64.b64decode(body))
    except (binascii.Error, ValueError, UnsupportedAlgorithm) as error:
        raise ContractError(f"the answer holds no certificates: {error}") from None
    if not found:
        raise ContractError("the answer holds no certificates")
    return found


def chain_to(
    root: x509.Certificate, leaf: x509.Certificate, others: Sequence[x509.Certificate]
) -> list[x509.Certificate]:
    """`leaf` and what of `others` stands between it and `root`. Raises ContractError where nothing does."""
    chain = [leaf]
    while not _issued(root, chain[-1]):
        above = next((c for c in others if c not in chain and _issued(c, chain[-1])), None)
        if above is None or len(chain) == _LONGEST_CHAIN:
            raise ContractError("the certificate is not by the province's root")
        chain.append(above)
    return chain


def pem_of(certificates: Sequence[x509.Certificate]) -> bytes:
    """The certificates as one PEM file, in this order."""
    return b"".join(c.public_bytes(serialization.Encoding.PEM) for c in certificates)


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    key = issuer.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
