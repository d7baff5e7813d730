"""Signatures: what holds, and everything that must not."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.contract.errors import BadSignature, NotJws, TooLarge, UnknownKey, Unverified
from sync.contract.jws import MAX_BYTES, sign, verify
from sync.contract.keys import KeySet, SigningKey

KEY = SigningKey.generate()
KEYS = KeySet([KEY.public])


def encode(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")


def with_header(header: object, *, token: bytes = sign(b"payload", KEY)) -> bytes:
    return encode(json.dumps(header).encode()) + b"." + token.split(b".", 1)[1]


def test_what_was_signed_is_verified() -> None:
    assert verify(sign("五".encode(), KEY), KEYS) == "五".encode()


def test_the_header_is_fixed_by_the_contract() -> None:
    header = json.loads(base64.urlsafe_b64decode(sign(b"x", KEY).split(b".")[0] + b"=="))
    assert header == {"alg": "ES256", "typ": "hcp+jws", "kid": KEY.kid}


def test_a_signature_by_a_key_not_held_names_the_key() -> None:
    other = SigningKey.generate()
    with pytest.raises(UnknownKey) as raised:
        verify(sign(b"x", other), KEYS)
    assert raised.value.kid == other.kid


def test_a_key_id_borrowed_from_another_does_not_hold() -> None:
    forged = with_header(
        {"alg": "ES256", "typ": "hcp+jws", "kid": KEY.kid}, token=sign(b"x", SigningKey.generate())
    )
    with pytest.raises(BadSignature):
        verify(forged, KEYS)


def test_a_changed_payload_does_not_hold() -> None:
    header, _, signature = sign(b"level 1", KEY).split(b".")
    with pytest.raises(BadSignature):
        verify(b".".join([header, encode(b"level 5"), signature]), KEYS)


GOOD = {"alg": "ES256", "typ": "hcp+jws", "kid": KEY.kid}


@pytest.mark.parametrize(
    "header",
    [
        {**GOOD, "alg": "none"},
        {**GOOD, "alg": "HS256"},
        {**GOOD, "alg": "ES384"},
        {**GOOD, "typ": "JWT"},
        {**GOOD, "crit": ["exp"], "exp": 1},
        {**GOOD, "b64": False, "crit": ["b64"]},
        {**GOOD, "jwk": KEY.public.jwk},
        {**GOOD, "zip": "DEF"},
        {**GOOD, "kid": ""},
        {**GOOD, "kid": "钥匙"},
        {**GOOD, "kid": 7},
        {"alg": "ES256", "typ": "hcp+jws"},
        {"alg": "ES256", "kid": KEY.kid},
        {"typ": "hcp+jws", "kid": KEY.kid},
        ["alg"],
        "alg",
        7,
        None,
    ],
)
def test_any_other_header_is_refused_before_a_key_is_looked_for(header: object) -> None:
    with pytest.raises(NotJws):
        verify(with_header(header), KEYS)


@pytest.mark.parametrize(
    "token",
    [b"", b".", b"..", b"...", b"a.b.c", b"{}", b"hello", "不是".encode(), b"\x00\xff", b"." * 100_000],
)
def test_what_is_no_jws_is_told_so(token: bytes) -> None:
    with pytest.raises(NotJws):
        verify(token, KEYS)


def test_deep_nesting_is_no_jws() -> None:
    with pytest.raises(NotJws):
        verify(encode(b"[" * 380) + b".eA.eA", KEYS)


def test_a_message_too_large_is_not_looked_into() -> None:
    largest = MAX_BYTES * 3 // 4 - 300
    assert len(verify(sign(bytes(largest), KEY), KEYS)) == largest
    with pytest.raises(TooLarge):
        verify(sign(bytes(MAX_BYTES * 3 // 4), KEY), KEYS)


@given(st.binary(max_size=300))
def test_no_bytes_make_verify_fail_otherwise(token: bytes) -> None:
    with pytest.raises(Unverified):
        verify(token, KEYS)


@given(st.data())
def test_no_changed_byte_passes(data: st.DataObject) -> None:
    token = bytearray(sign(b"a payload of some length", KEY))
    at = data.draw(st.integers(0, len(token) - 1))
    token[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Unverified):
        verify(bytes(token), KEYS)
