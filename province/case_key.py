"""The key of the case role: the one that opens what citizens left. It is never where the province runs."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from device.errors import ConfigError
from province.ca import key_pem, new_key
from province.errors import OpeningError
from province.hpke import SUITE, open_sealed
from province.left import Left, read_left
from province.opening import HandedOut
from sync.contract.keys import KeyUse, PublicKey
from sync.contract.sealed import blob_hash

INFO = b"hcp/1 sealed"


class CaseKey:
    """A private key on P-256. It is never printed and leaves the process only by `pem`."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        """Raises ContractError when `key` is not on P-256."""
        self.public = PublicKey(key.public_key(), KeyUse.SEAL)
        self.kid = self.public.kid
        self._key = key

    @classmethod
    def generate(cls) -> Self:
        """A new key."""
        return cls(new_key())

    @classmethod
    def load(cls, path: Path) -> Self:
        """The PEM key in the file at `path`, which only its owner may read. Raises ConfigError naming it."""
        try:
            mode = path.stat().st_mode
            if mode & 0o077:
                raise ConfigError([f"{path}: others may read it (mode {mode & 0o777:03o}); chmod 600 {path}"])
            key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except OSError as error:
            raise ConfigError([f"{path}: the key cannot be read: {error.strerror}"]) from None
        except (ValueError, TypeError):  # TypeError: it asks for a password
            key = None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise ConfigError([f"{path}: is not an EC P-256 private key in PEM, without a password"])
        return cls(key)

    def pem(self) -> bytes:
        """The key as PKCS #8 PEM, unencrypted: for a file that only its owner reads."""
        return key_pem(self._key)

    def open(self, blob: HandedOut) -> Left:
        """What is in `blob`. Raises OpeningError, which says what is wrong and repeats nothing of it."""
        which = f"row {blob.seq} of log {blob.log_id}"
        if blob.suite != SUITE:
            raise OpeningError(f"{which} is sealed by {blob.suite}; this version opens {SUITE} only")
        if blob_hash(blob.enc, blob.ct) != blob.sha256:
            raise OpeningError(f"the blob handed out for {which} is not the one that the row names")
        try:
            plain = open_sealed(self._key, blob.enc, blob.ct, info=INFO, aad=blob.visit.encode("ascii"))
        except (InvalidTag, ValueError):
            raise OpeningError(
                f"{which} cannot be opened by the key {self.kid}: it was sealed to another, or was changed"
            ) from None
        return read_left(plain)
