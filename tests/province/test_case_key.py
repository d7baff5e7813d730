"""The case role's key: what it opens, what it does not, and what it says then."""

from __future__ import annotations

import string
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from device.errors import ConfigError
from province.case_key import CaseKey
from province.errors import OpeningError
from province.hpke import open_sealed
from province.left import PLAIN_BYTES, Left, read_left
from province.opening import HandedOut
from sync.contract.keys import KeyUse
from tests.province.sealing import CONTACT, WORDS, Blob, plain, sealed_to

KEY, OTHER = CaseKey.generate(), CaseKey.generate()
VISIT = "a1" * 16
LOG_ID = "00112233445566778899aabbccddeeff"

# RFC 9180, appendix A.3.1: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode, sequence number 0.
VECTOR = {
    "skRm": "f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2",
    "enc": "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac9"
    "8536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4",
    "ct": "5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434",
    "info": "4f6465206f6e2061204772656369616e2055726e",
    "aad": "436f756e742d30",
    "pt": "4265617574792069732074727574682c20747275746820626561757479",
}


def handed_out(blob: Blob, visit: str = VISIT) -> HandedOut:
    return HandedOut(
        log_id=LOG_ID,
        seq=7,
        visit=visit,
        purpose="words_contact",
        sha256=blob.sha256,
        kid=blob.kid,
        suite=blob.suite,
        enc=blob.enc,
        ct=blob.ct,
    )


def test_the_vector_of_the_rfc_opens() -> None:
    given = {name: bytes.fromhex(value) for name, value in VECTOR.items()}
    key = ec.derive_private_key(int.from_bytes(given["skRm"], "big"), ec.SECP256R1())
    assert open_sealed(key, given["enc"], given["ct"], info=given["info"], aad=given["aad"]) == given["pt"]
    for name in ("info", "aad"):
        changed = {**given, name: given[name] + b"!"}
        with pytest.raises(InvalidTag):
            open_sealed(key, given["enc"], given["ct"], info=changed["info"], aad=changed["aad"])


def test_what_was_sealed_to_the_key_is_opened_by_it() -> None:
    blob = sealed_to(KEY.public, plain(), visit=VISIT)
    assert KEY.open(handed_out(blob)) == Left(contact=CONTACT, consent="2026-1", words=WORDS)
    assert KEY.public.use is KeyUse.SEAL


def test_another_key_another_visit_or_a_changed_byte_opens_nothing() -> None:
    blob = sealed_to(KEY.public, plain(), visit=VISIT)
    changed = replace(blob, ct=blob.ct[:-1] + bytes([blob.ct[-1] ^ 1]))
    point = replace(blob, enc=b"\x04" + bytes(64))
    for key, handed in (
        (OTHER, handed_out(blob)),
        (KEY, handed_out(blob, visit="b" * 32)),
        (KEY, handed_out(changed)),
        (KEY, handed_out(point)),
        (KEY, handed_out(replace(blob, ct=b""))),
    ):
        with pytest.raises(
            OpeningError, match=rf"^row 7 of log {LOG_ID} cannot be opened by the key {key.kid}"
        ):
            key.open(handed)


def test_a_blob_that_is_not_the_rows_is_not_opened() -> None:
    blob = sealed_to(KEY.public, plain(), visit=VISIT)
    with pytest.raises(OpeningError, match=r"is not the one that the row names$"):
        KEY.open(replace(handed_out(blob), sha256="0" * 64))


def test_a_suite_of_later_is_named() -> None:
    blob = replace(sealed_to(KEY.public, plain(), visit=VISIT), suite="HPKE-MLKEM")
    with pytest.raises(
        OpeningError, match=r"is sealed by HPKE-MLKEM; this version opens HPKE-P256-SHA256-A128GCM"
    ):
        KEY.open(handed_out(blob))


def test_a_key_written_is_read_again_and_only_from_a_file_of_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "private.pem"
    path.write_bytes(KEY.pem())
    path.chmod(0o600)
    assert CaseKey.load(path).kid == KEY.kid
    for mode in (0o640, 0o604, 0o620, 0o644):
        path.chmod(mode)
        with pytest.raises(ConfigError, match=rf"others may read it \(mode {mode:03o}\); chmod 600 "):
            CaseKey.load(path)


@pytest.mark.parametrize("content", [b"", b"no key", "p384", "locked"])
def test_what_is_no_such_key_is_told_by_its_file(tmp_path: Path, content: bytes | str) -> None:
    path = tmp_path / "private.pem"
    if isinstance(content, bytes):
        pem = content
    else:
        curve = ec.SECP384R1() if content == "p384" else ec.SECP256R1()
        locked = serialization.BestAvailableEncryption(b"x")
        pem = ec.generate_private_key(curve).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            locked if content == "locked" else serialization.NoEncryption(),
        )
    path.write_bytes(pem)
    path.chmod(0o600)
    with pytest.raises(ConfigError, match=r"private\.pem: is not an EC P-256 private key in PEM"):
        CaseKey.load(path)
    with pytest.raises(ConfigError, match=r"none: the key cannot be read: No such file"):
        CaseKey.load(tmp_path / "none")


words = st.none() | st.text(st.characters(codec="utf-8"), max_size=150)
contacts = st.none() | st.text(string.digits, min_size=1, max_size=20)


@given(words, contacts, st.text(string.ascii_letters + string.digits + "-", max_size=16))
def test_whatever_can_be_left_comes_back_as_it_was(
    words: str | None, contact: str | None, consent: str
) -> None:
    text = plain(words, contact, consent)
    assert len(text) == PLAIN_BYTES
    assert read_left(text) == Left(contact=contact, consent=consent, words=words)


def test_fields_of_later_are_passed_over() -> None:
    assert read_left(plain(language="bo")).words == WORDS


@given(st.binary(max_size=1100))
def test_other_bytes_are_an_error_that_repeats_none_of_them(content: bytes) -> None:
    with pytest.raises(OpeningError, match=r"the device's software is at fault$"):
        read_left(content)


@pytest.mark.parametrize(
    "text",
    [
        b'{"words":"secret"}',
        b'{"contact":7,"consent":"secret","words":null}',
        b'{"contact":null,"consent":"secret","words":["secret"]}',
        b'["secret"]',
        b"secret",
        b'{"secret":"\xff"}',
    ],
)
def test_a_seal_with_something_else_in_it_is_an_error_that_does_not_repeat_it(text: bytes) -> None:
    with pytest.raises(OpeningError, match="is not of the agreed form") as caught:
        read_left((text + b"\x80").ljust(PLAIN_BYTES, b"\0"))
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@given(st.integers(0, PLAIN_BYTES - 1))
def test_padding_that_is_not_as_agreed_is_refused(at: int) -> None:
    text = plain()
    end = text.rindex(b"\x80")
    changed = bytearray(text)
    changed[at] ^= 0xFF
    if at >= end:
        with pytest.raises(OpeningError, match=r"is not padded as agreed|not of the agreed form"):
            read_left(bytes(changed))
    for size in (PLAIN_BYTES - 1, PLAIN_BYTES + 1):
        with pytest.raises(OpeningError, match="is not padded as agreed"):
            read_left(text.ljust(size, b"\0")[:size])
