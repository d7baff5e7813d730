"""The link of one visit to the citizen's own phone: short, signed, good for one rating. Pure.

28 bytes of facts and 16 of an HMAC-SHA-256, 59 characters of base64url: with the longest base that settings
may carry the address has 90. Device and province derive the key, each from its own private and the other's
public key; it never travels.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from device.errors import ContractError

MOST_CHARACTERS = 90
"""Of the whole address: a QR code of level M says so much in 41 modules a side."""

TOKEN_CHARACTERS = 59
BASE_CHARACTERS = MOST_CHARACTERS - TOKEN_CHARACTERS
KEY_BYTES = 32

_MAC_BYTES = 16
_FACTS_BYTES = 28
_MARK_BYTES = 6
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_MOST = 2**24 - 1  # of an assignment, and of minutes since the epoch: until 2051


@dataclass(frozen=True, slots=True)
class PhoneLink:
    """What a link says. `mark`: of its device (`device_mark`). `visit`: 32 hex digits.

    `assignment` None: none, or one beyond 2^24. `made_at`: to the minute, None by a device that did not
    trust its clock.
    """

    mark: bytes
    visit: str
    assignment: int | None
    made_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignedLink:
    """A link as read, with what was signed: not to be believed until it `holds`."""

    link: PhoneLink
    facts: bytes
    mac: bytes

    def holds(self, key: bytes) -> bool:
        """Whether it was signed by `key`."""
        return hmac.compare_digest(_mac(self.facts, key), self.mac)


def device_mark(device: str) -> bytes:
    """Six bytes by which the province finds the device; two that share them differ by their keys."""
    return hashlib.sha256(b"hcp/1 phone device\n" + device.encode()).digest()[:_MARK_BYTES]


def derive_key(own: ec.EllipticCurvePrivateKey, other: ec.EllipticCurvePublicKey, *, device: str) -> bytes:
    """The key that `device` and the province share, the same on either side."""
    shared = own.exchange(ec.ECDH(), other)
    info = b"hcp/1 phone key\n" + device.encode()
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=info).derive(shared)


def point_text(key: ec.EllipticCurvePublicKey) -> str:
    """A public key as settings carry it: a compressed point in base64url, 44 characters."""
    point = key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return base64.urlsafe_b64encode(point).decode("ascii")


def read_point(text: str) -> ec.EllipticCurvePublicKey:
    """The key in `text`, as `point_text` writes it. Raises ContractError."""
    try:
        point = base64.b64decode(text, altchars=b"-_", validate=True)
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (binascii.Error, ValueError):
        raise ContractError("the province's key for links to phones is no point of P-256") from None


def sign_link(link: PhoneLink, key: bytes) -> str:
    """The token of `link`."""
    facts = (
        link.mark
        + bytes.fromhex(link.visit)
        + _three(link.assignment)
        + _three(None if link.made_at is None else (link.made_at - _EPOCH) // timedelta(minutes=1))
    )
    return base64.urlsafe_b64encode(facts + _mac(facts, key)).rstrip(b"=").decode("ascii")


def read_link(token: str) -> SignedLink | None:
    """What `token` says, None when it is no token at all. Nothing is proven yet."""
    if len(token) != TOKEN_CHARACTERS or not token.isascii():
        return None
    try:
        data = base64.b64decode(token + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii") != token:
        return None  # one link is written in one way only
    facts, mac = data[:_FACTS_BYTES], data[_FACTS_BYTES:]
    minutes = int.from_bytes(facts[25:28], "big")
    link = PhoneLink(
        mark=facts[:_MARK_BYTES],
        visit=facts[6:22].hex(),
        assignment=int.from_bytes(facts[22:25], "big") or None,
        made_at=_EPOCH + timedelta(minutes=minutes) if minutes else None,
    )
    return SignedLink(link, facts, mac)


def _three(number: int | None) -> bytes:
    """`number` in three bytes; 0 for none, or one that does not fit."""
    return (number if number is not None and 0 < number <= _MOST else 0).to_bytes(3, "big")


def _mac(facts: bytes, key: bytes) -> bytes:
    return hmac.digest(key, b"hcp/1 phone link\n" + facts, "sha256")[:_MAC_BYTES]
