"""Keys of the contract: EC P-256, named by their RFC 7638 thumbprint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from device.errors import ConfigError, ContractError
from device.json_text import read_json
from device.phone_link import derive_key
from sync.contract import jws

KEY_SET_TYP = "jwk-set+jwt"  # a signed JWK Set as in OpenID Federation 1.0, section 5.2.1.1

_claims_decoder = msgspec.json.Decoder(dict[str, Any])


def read_private_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """The unencrypted EC P-256 key in the PEM file at `path`. Raises ConfigError naming the file."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError([f"{path}: the key cannot be read: {error}"]) from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ConfigError([f"{path}: is not an EC P-256 key"])
    return key


class KeyUse(StrEnum):
    """What a key is for (RFC 7517, section 4.2); a key for the one never does the other."""

    SIGN = "sig"
    SEAL = "enc"


class PublicKey:
    """The public half: checks signatures, or is sealed to. Equal when key and use are the same."""

    def __init__(self, key: ec.EllipticCurvePublicKey, use: KeyUse = KeyUse.SIGN) -> None:
        """Raises ContractError when `key` is not on P-256."""
        if not isinstance(key.curve, ec.SECP256R1):
            raise ContractError(f"the key is on {key.curve.name}; allowed: EC P-256")
        self.jose = ECKey.import_key(key)
        self.kid = self.jose.thumbprint()
        self.use = use

    @classmethod
    def from_certificate(cls, pem: bytes) -> Self:
        """The key of the first certificate in `pem`. Raises ContractError."""
        try:
            key = x509.load_pem_x509_certificate(pem).public_key()
        except ValueError as error:
            raise ContractError(f"this is not a PEM certificate: {error}") from None
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise ContractError("the certificate's key is not an EC key; allowed: EC P-256")
        return cls(key)

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> Self:
        """The key of one JWK, for signatures unless its `use` says otherwise. Raises ContractError.

        A `kid` in it must be its thumbprint.
        """
        try:
            if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
                raise ContractError(f"JWK of {jwk.get('kty')!r}, {jwk.get('crv')!r}; allowed: EC, P-256")
            use = jwk.get("use", KeyUse.SIGN)
            if use not in tuple(KeyUse):
                raise ContractError(f"JWK for the use {use!r}; allowed: {', '.join(KeyUse)}")
            numbers = {name: jwk[name] for name in ("kty", "crv", "x", "y")}
            key = cls(ECKey.import_key(numbers).public_key, KeyUse(use))
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ContractError(f"a JWK cannot be read: {error}") from None
        if jwk.get("kid", key.kid) != key.kid:
            raise ContractError(f"a JWK names itself {jwk['kid']!r}, its thumbprint is {key.kid}")
        return key

    @property
    def jwk(self) -> dict[str, str]:
        """The JWK of the key, with its kid and use; the alg of one for signatures."""
        numbers = self.jose.as_dict(private=False)
        members = {name: str(numbers[name]) for name in ("kty", "crv", "x", "y")}
        named = {**members, "kid": self.kid, "use": self.use.value}
        return {**named, "alg": jws.ALG} if self.use is KeyUse.SIGN else named

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and (other.kid, other.use) == (self.kid, self.use)

    def __hash__(self) -> int:
        return hash(self.kid)


class SigningKey:
    """A private key. It is never printed and leaves the process only by `pem`."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        """Raises ContractError when `key` is not on P-256."""
        self.public = PublicKey(key.public_key())
        self.kid = self.public.kid
        self.jose = ECKey.import_key(key)
        self._key = key

    @classmethod
    def generate(cls) -> Self:
        """A new key."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def load(cls, path: Path) -> Self:
        """The unencrypted PEM key in the file at `path`. Raises ConfigError naming the file."""
        return cls(read_private_key(path))

    def share(self, other: ec.EllipticCurvePublicKey, *, device: str) -> bytes:
        """The key that the owners of this one and of `other` share, for links to phones of `device`."""
        return derive_key(self._key, other, device=device)

    def pem(self) -> bytes:
        """The key as PKCS #8 PEM, unencrypted: for a file that only its owner reads."""
        return self._key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


class KeySet:
    """Public keys by their kid."""

    def __init__(self, keys: Iterable[PublicKey]) -> None:
        """Raises ContractError when one key is to be for both uses."""
        self._keys: dict[str, PublicKey] = {}
        for key in keys:
            if self._keys.setdefault(key.kid, key) != key:
                raise ContractError(f"the key {key.kid} is for signatures and for sealing; allowed: one use")

    @classmethod
    def from_jwks(cls, jwks: Mapping[str, Any]) -> Self:
        """The keys of a JWK Set (RFC 7517), but for those of a use not known here. Raises ContractError."""
        members = jwks.get("keys")
        if not isinstance(members, list) or not all(isinstance(jwk, Mapping) for jwk in members):
            raise ContractError('a JWK Set is an object with a list "keys" of objects')
        known = tuple(KeyUse)
        return cls(PublicKey.from_jwk(jwk) for jwk in members if jwk.get("use", KeyUse.SIGN) in known)

    def to_jwks(self) -> dict[str, list[dict[str, str]]]:
        """The JWK Set of these keys."""
        return {"keys": [key.jwk for key in self]}

    def get(self, kid: str) -> PublicKey | None:
        """The key for signatures named `kid`, if it is held."""
        key = self._keys.get(kid)
        return key if key is not None and key.use is KeyUse.SIGN else None

    @property
    def sealing(self) -> PublicKey | None:
        """The key to seal to, the first if there are several; None in a set of before there were any."""
        return next((key for key in self if key.use is KeyUse.SEAL), None)

    def __iter__(self) -> Iterator[PublicKey]:
        return iter(self._keys.values())

    def __len__(self) -> int:
        return len(self._keys)


def sign_key_set(key_set: KeySet, root: SigningKey, now: datetime) -> str:
    """The keys of `key_set`, signed by the root that devices pinned at enrolment. `now` is for people."""
    claims = {"iat": int(now.timestamp()), **key_set.to_jwks()}
    return jws.sign(msgspec.json.encode(claims), root, typ=KEY_SET_TYP).decode("ascii")


def open_key_set(token: str, root: PublicKey) -> KeySet:
    """The keys that `root` signed for. Raises ContractError.

    `iat` is not compared with a clock: a device may have none, and a newer set is delivered by name.
    """
    try:
        signed = token.strip().encode("ascii")
    except UnicodeEncodeError:
        raise ContractError("the key set is not a JWS") from None
    payload = jws.verify(signed, KeySet([root]), typ=KEY_SET_TYP)
    try:
        claims = read_json(payload, _claims_decoder)
    except msgspec.DecodeError as error:
        raise ContractError(f"the key set cannot be read: {error}") from None
    return KeySet.from_jwks(claims)
