"""JWS compact (RFC 7515), fixed by contract version 1 to ES256 and the header alg, typ, kid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.registry import JWS_HEADER_REGISTRY

from sync.contract.errors import BadSignature, NotJws, TooLarge, UnknownKey

if TYPE_CHECKING:  # keys.py signs key sets with this file
    from sync.contract.keys import KeySet, SigningKey

ALG = "ES256"
TYP = "hcp+jws"
MAX_BYTES = 256 * 1024
"""The largest message, as it travels."""


class _Registry(jws.JWSRegistry):
    """Only our three header parameters: crit, b64, jwk, x5u, zip and the rest are refused as unsupported."""

    default_header_registry = {name: JWS_HEADER_REGISTRY[name] for name in ("alg", "typ", "kid")}  # noqa: RUF012 - as the base class declares it
    max_payload_length = MAX_BYTES


_REGISTRY = _Registry(algorithms=[ALG])


def sign(payload: bytes, key: SigningKey, *, typ: str = TYP) -> bytes:
    """`payload` signed by `key`, as compact JWS. `typ` says what the payload is."""
    header = {"alg": ALG, "typ": typ, "kid": key.kid}
    return jws.serialize_compact(header, payload, key.jose, registry=_REGISTRY).encode("ascii")


def verify(token: bytes, keys: KeySet, *, typ: str = TYP) -> bytes:
    """The payload of `token`, whose signature by one of `keys` holds.

    Raises TooLarge, NotJws, UnknownKey or BadSignature.
    """
    if len(token) > MAX_BYTES:
        raise TooLarge(f"the message has {len(token)} bytes; allowed: {MAX_BYTES}")
    try:
        parts = jws.extract_compact(token, registry=_REGISTRY)
        kid = _kid(parts.protected, typ)
    except JoseError as error:
        raise NotJws(f"the message is not a JWS of this contract: {error}") from None
    key = keys.get(kid)
    if key is None:
        raise UnknownKey(kid)
    try:
        holds = jws.validate_compact(parts, key.jose, registry=_REGISTRY)
    except JoseError as error:
        raise BadSignature(f"the signature by the key {kid} cannot be checked: {error}") from None
    if not holds:
        raise BadSignature(f"the signature by the key {kid} does not hold")
    return parts.payload


def _kid(header: Any, typ: str) -> str:
    """The kid of a header that is exactly as the contract has it. Raises NotJws, JoseError."""
    if not isinstance(header, dict):
        raise NotJws("the header of the JWS is not an object")
    _REGISTRY.check_header(header)
    for name, wanted in (("alg", ALG), ("typ", typ)):
        if header.get(name) != wanted:
            raise NotJws(f"the header of the JWS has {name} {header.get(name)!r}; allowed: {wanted!r}")
    kid = header.get("kid")
    if not kid or not kid.isascii() or not kid.isprintable():
        raise NotJws("the header of the JWS names no key (kid)")
    return str(kid)
