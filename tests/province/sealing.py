"""The device's end of the seal: what a citizen leaves, sealed to the province's key."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import rfc8785
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from province.case_key import INFO
from province.hpke import SUITE
from province.left import PLAIN_BYTES
from sync.contract.keys import PublicKey
from sync.contract.messages import Sealed
from sync.contract.sealed import blob_hash, build_sealed
from sync.contract.topics import UpName
from tests.province.simulated_device import SimulatedDevice

WORDS = "窗口态度很好，谢谢！"
CONTACT = "13800138000"


@dataclass(frozen=True, slots=True)
class Blob:
    """A blob before a row names it."""

    kid: str
    enc: bytes
    ct: bytes
    suite: str = SUITE

    @property
    def sha256(self) -> str:
        return blob_hash(self.enc, self.ct)

    @property
    def named(self) -> dict[str, str]:
        """The field `sealed` of the row that names it."""
        return {"sha256": self.sha256, "purpose": "words_contact"}

    def message(self, log_id: str, seq: int) -> Sealed:
        return build_sealed(log_id, seq, kid=self.kid, suite=self.suite, enc=self.enc, ct=self.ct)


def plain(
    words: str | None = WORDS, contact: str | None = CONTACT, consent: str = "2026-1", **more: Any
) -> bytes:
    """The plaintext, padded."""
    text = rfc8785.dumps({"contact": contact, "consent": consent, "words": words, **more})
    return (text + b"\x80").ljust(PLAIN_BYTES, b"\0")


def sealed_to(key: PublicKey, text: bytes, *, visit: str) -> Blob:
    """`text` sealed to `key`, bound to the visit."""
    public = key.jose.public_key
    assert isinstance(public, ec.EllipticCurvePublicKey)
    suite = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
    both = openssl.hpke._encrypt_with_aad(suite, text, public, INFO, visit.encode("ascii"))
    return Blob(key.kid, both[:65], both[65:])


def leave(
    device: SimulatedDevice, key: PublicKey, text: bytes | None = None, **changed: Any
) -> tuple[int, Blob]:
    """A rating with something sealed beside it in the device's log: the row's seq, the blob."""
    visit = secrets.token_hex(16)
    blob = sealed_to(key, plain() if text is None else text, visit=visit)
    return device.rate(2, **{"visit": visit, "sealed": blob.named, **changed}), blob


def wrapped(device: SimulatedDevice, blob: Blob, seq: int, log_id: str | None = None) -> bytes:
    """The message that carries the blob of the row `seq`."""
    return device.wrap(blob.message(log_id or device.log.log_id, seq), UpName.SEALED)
