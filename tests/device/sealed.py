"""Sealing for tests: a key pair, and the opening that no device can do."""

from __future__ import annotations

from typing import Any

import msgspec
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from device.confided import Confided
from device.sealing import SealingKey

PRIVATE = ec.generate_private_key(ec.SECP256R1())
KEY = SealingKey(PRIVATE.public_key())

WORDS = "排队太久，希望增加窗口"
NUMBER = "13900001234"
CONFIDED = Confided(WORDS, NUMBER, "2026-1")


def plaintext(enc: bytes, ct: bytes, *, visit: str, private: ec.EllipticCurvePrivateKey = PRIVATE) -> bytes:
    """What was sealed, padding and all. Raises InvalidTag."""
    suite = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
    opened: bytes = openssl.hpke._decrypt_with_aad(
        suite, enc + ct, private, b"hcp/1 sealed", visit.encode("ascii")
    )
    return opened


def opened(
    enc: bytes, ct: bytes, *, visit: str, private: ec.EllipticCurvePrivateKey = PRIVATE
) -> dict[str, Any]:
    """The fields that were sealed."""
    document, _, padding = plaintext(enc, ct, visit=visit, private=private).rpartition(b"\x80")
    assert not padding.strip(b"\0")
    fields: dict[str, Any] = msgspec.json.decode(document)
    return fields
