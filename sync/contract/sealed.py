"""A sealed blob as it travels: built, padded, taken apart, named by its hash; never opened here."""

from __future__ import annotations

import base64
import binascii
import hashlib

import msgspec

from device.errors import ContractError
from sync.contract.batch import STEP_BYTES
from sync.contract.messages import Sealed


def blob_hash(enc: bytes, ct: bytes) -> str:
    """The name by which a row names the blob, and the `id` of its message: hex SHA-256 of both parts."""
    return hashlib.sha256(enc + ct).hexdigest()


def build_sealed(log_id: str, seq: int, *, kid: str, suite: str, enc: bytes, ct: bytes) -> Sealed:
    """The message that carries the blob which row `seq` of the log names, padded to a step of sizes."""
    message = Sealed(log_id=log_id, seq=seq, kid=kid, suite=suite, enc=_text(enc), ct=_text(ct))
    missing = -len(msgspec.json.encode(message)) % STEP_BYTES
    return msgspec.structs.replace(message, pad=" " * missing)


def blob_of(sealed: Sealed) -> tuple[bytes, bytes]:
    """Encapsulated key and ciphertext. Raises ContractError when one is not base64url in its one form."""
    return _bytes("enc", sealed.enc), _bytes("ct", sealed.ct)


def _text(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode("ascii")


def _bytes(name: str, text: str) -> bytes:
    try:
        part = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ContractError(f"{name} is not base64url without padding") from None
    if _text(part) != text:
        raise ContractError(f"{name} has bits after its last byte")
    return part
