"""Public keys as a person has them in a file: a JWK Set, one JWK, a signed key set, or PEM certificates."""

from __future__ import annotations

import base64
import re

import msgspec

from device.errors import ContractError
from device.json_text import read_any_json
from sync.contract import jws
from sync.contract.keys import KEY_SET_TYP, KeySet, PublicKey

_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_JWS = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


def read_keys(content: bytes) -> KeySet:
    """The keys in `content`. Raises ContractError when it is none of the forms.

    The signature of a signed key set is not checked here: for that its root must be known (open_key_set).
    """
    certificates = _CERTIFICATE.findall(content)
    if certificates:
        return KeySet(PublicKey.from_certificate(pem) for pem in certificates)
    content = content.strip()
    if _JWS.fullmatch(content):
        payload = content.split(b".")[1]
        content = base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4))
    try:
        jwk = read_any_json(content)
    except msgspec.DecodeError:
        raise ContractError(
            "holds no keys; allowed: a JWK Set, a JWK, a signed key set (keys.jws), PEM certificates"
        ) from None
    if not isinstance(jwk, dict):
        raise ContractError("holds no keys: a JWK Set is an object")
    return KeySet([PublicKey.from_jwk(jwk)]) if "kty" in jwk else KeySet.from_jwks(jwk)


def is_signed_by(content: bytes, keys: KeySet) -> bool | None:
    """Whether `content` is a key set that one of `keys` signed; None when it is no signed key set."""
    if not _JWS.fullmatch(content.strip()):
        return None
    try:
        jws.verify(content.strip(), keys, typ=KEY_SET_TYP)
    except ContractError:
        return False
    return True
