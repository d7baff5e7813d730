"""The province's key for links to phones: with a device's own public key it gives the key of that device."""

from __future__ import annotations

import base64
import hashlib
import hmac
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from device.phone_link import derive_key, point_text
from sync.contract.keys import read_private_key

_WINDOW_BYTES = 8
_MAC_BYTES = 16


class PhoneKey:
    """A private key on P-256. It is never printed and leaves the process only by `pem`."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key
        numbers = key.private_numbers().private_value.to_bytes(32, "big")
        self._passes = hashlib.sha256(b"hcp/1 phone passes\n" + numbers).digest()
        self._windows = hashlib.sha256(b"hcp/1 phone windows\n" + numbers).digest()

    @classmethod
    def generate(cls) -> Self:
        """A new key."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def load(cls, path: Path) -> Self:
        """The unencrypted PEM key in the file at `path`. Raises ConfigError naming the file."""
        return cls(read_private_key(path))

    def pem(self) -> bytes:
        """The key as PKCS #8 PEM, unencrypted: for a file that only its owner reads."""
        return self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def public(self) -> str:
        """The public half, as settings carry it."""
        return point_text(self._key.public_key())

    def of_device(self, device: str, certificate: str) -> bytes:
        """The key that a device with this certificate (PEM) signs its links with. It outlives renewals."""
        other = x509.load_pem_x509_certificate(certificate.encode("ascii")).public_key()
        assert isinstance(other, ec.EllipticCurvePublicKey)  # nothing else is registered
        return derive_key(self._key, other, device=device)

    def sign_pass(self, text: str) -> str:
        """`text` so that it can be told that it was signed here."""
        return f"{text}:{_text(hmac.digest(self._passes, text.encode(), 'sha256'))}"

    def read_pass(self, signed: str) -> str | None:
        """What was signed here; None for anything else."""
        text, _, _ = signed.rpartition(":")
        same = hmac.compare_digest(self.sign_pass(text).encode(), signed.encode())
        return text if same else None

    def window_token(self, window: str) -> str:
        """What the link on the poster of `window` ends with: the same for ever, and nobody else's to make."""
        mark = window_mark(window)
        return _text(mark + hmac.digest(self._windows, mark, "sha256")[:_MAC_BYTES])

    def window_of(self, token: str, windows: dict[bytes, str]) -> str | None:
        """Of `windows`, by their marks, the one whose poster says `token`."""
        try:
            mark = base64.urlsafe_b64decode(token.encode("ascii"))[:_WINDOW_BYTES]
        except ValueError:
            return None
        window = windows.get(mark)
        same = window is not None and hmac.compare_digest(self.window_token(window), token)
        return window if same else None


def window_mark(window: str) -> bytes:
    """Eight bytes by which a window is found."""
    return hashlib.sha256(b"hcp/1 phone window\n" + window.encode()).digest()[:_WINDOW_BYTES]


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii")
