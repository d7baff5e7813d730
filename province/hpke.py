"""Opening what was sealed by HPKE (RFC 9180) in the one suite of this contract, base mode."""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

SUITE: Final = "HPKE-P256-SHA256-A128GCM"
"""Its name on the wire: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM."""


def open_sealed(key: ec.EllipticCurvePrivateKey, enc: bytes, ct: bytes, *, info: bytes, aad: bytes) -> bytes:
    """The plaintext. Raises InvalidTag (of cryptography) for another key, or when anything was changed."""
    suite = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
    # Of the library's public face only `info` can be given; a test holds this to the vectors of the RFC.
    return openssl.hpke._decrypt_with_aad(suite, enc + ct, key, info, aad)
