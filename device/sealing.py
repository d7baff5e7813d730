"""Sealing (HPKE, RFC 9180): what is confided becomes a blob that only the province's key opens."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import msgspec
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from device import chain
from device.confided import Confided
from device.errors import ContractError

SUITE = "HPKE-P256-SHA256-A128GCM"
INFO = b"hcp/1 sealed"
PADDED_BYTES = 1024
"""Every plaintext is this long, so that a blob's size tells nothing."""

_ENC_BYTES = 65  # an uncompressed point of P-256
_END = b"\x80"  # of the document; zeros follow it

# The public `Suite.encrypt` takes no associated data yet; this is the same code with it.
_encrypt = openssl.hpke._encrypt_with_aad


@dataclass(frozen=True, slots=True)
class SealedBlob:
    """What the ledger keeps beside the chain. `sha256`: hex, of `enc` and `ct` together; the row names it.

    `kid`: the key that opens it. `purpose`: as in device.confided.
    """

    sha256: str
    kid: str
    suite: str
    enc: bytes
    ct: bytes
    purpose: str


class SealingKey:
    """The province's public key for sealing. The device has no key that opens what this seals."""

    def __init__(self, key: ec.EllipticCurvePublicKey) -> None:
        """Raises ContractError when `key` is not on P-256."""
        if not isinstance(key.curve, ec.SECP256R1):
            raise ContractError(f"the sealing key is on {key.curve.name}; allowed: EC P-256")
        self._key = key
        self._suite = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
        numbers = key.public_numbers()
        x, y = (_base64url(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
        # RFC 7638: the required members in order, without spaces.
        self.kid = _base64url(
            hashlib.sha256(msgspec.json.encode({"crv": "P-256", "kty": "EC", "x": x, "y": y})).digest()
        )

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> Self:
        """The key of an EC P-256 JWK whose `use`, if it says one, is "enc". Raises ContractError."""
        if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256" or jwk.get("use", "enc") != "enc":
            raise ContractError(
                f"sealing key of kty {jwk.get('kty')!r}, crv {jwk.get('crv')!r}, use {jwk.get('use')!r};"
                " allowed: EC, P-256, enc"
            )
        try:
            x, y = (int.from_bytes(_from_base64url(jwk[name]), "big") for name in ("x", "y"))
            key = cls(ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key())
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise ContractError(f"the sealing key cannot be read: {error}") from None
        if jwk.get("kid", key.kid) != key.kid:
            raise ContractError(f"the sealing key names itself {jwk['kid']!r}, its thumbprint is {key.kid}")
        return key

    def seal(self, confided: Confided, *, visit: str) -> SealedBlob:
        """`confided` for the province alone, bound to `visit` (32 hex digits): a blob of constant size."""
        sealed = _encrypt(self._suite, _plaintext(confided), self._key, INFO, visit.encode("ascii"))
        return SealedBlob(
            sha256=hashlib.sha256(sealed).hexdigest(),
            kid=self.kid,
            suite=SUITE,
            enc=sealed[:_ENC_BYTES],
            ct=sealed[_ENC_BYTES:],
            purpose=confided.purpose,
        )


def blob_sha256(enc: bytes, ct: bytes) -> str:
    """The name of a blob: 64 lowercase hex digits."""
    return hashlib.sha256(enc + ct).hexdigest()


def _plaintext(confided: Confided) -> bytes:
    fields = {"contact": confided.contact, "consent": confided.consent, "words": confided.words}
    document = chain.canonical(fields) + _END
    if len(document) > PADDED_BYTES:
        raise ValueError(f"the id of the consent is so long that {PADDED_BYTES} bytes do not hold it all")
    return document.ljust(PADDED_BYTES, b"\0")


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
