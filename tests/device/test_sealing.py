"""What is confided is sealed to the province's key: unreadable here, bound to its visit, of one size."""

from __future__ import annotations

import hashlib

import pytest
import rfc8785
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from device.confided import MOST_DIGITS, MOST_WORDS, Confided
from device.errors import ContractError
from device.sealing import PADDED_BYTES, SUITE, SealingKey, blob_sha256
from tests.device.sealed import CONFIDED, KEY, NUMBER, PRIVATE, WORDS, opened, plaintext

VISIT = "0123456789abcdef" * 2
JWK = ECKey.import_key(PRIVATE).as_dict(private=False) | {"use": "enc"}

characters = st.characters(exclude_categories=("Cc", "Cs"))
words = st.none() | st.text(characters, min_size=1, max_size=MOST_WORDS)
numbers = st.none() | st.text("0123456789", min_size=1, max_size=MOST_DIGITS)


def test_only_the_private_key_opens_it_and_then_whole():
    blob = KEY.seal(CONFIDED, visit=VISIT)
    assert opened(blob.enc, blob.ct, visit=VISIT) == {
        "contact": NUMBER,
        "consent": "2026-1",
        "words": WORDS,
    }
    with pytest.raises(InvalidTag):
        plaintext(blob.enc, blob.ct, visit=VISIT, private=ec.generate_private_key(ec.SECP256R1()))


def test_it_is_bound_to_its_visit():
    blob = KEY.seal(CONFIDED, visit=VISIT)
    with pytest.raises(InvalidTag):
        plaintext(blob.enc, blob.ct, visit="f" * 32)


def test_any_changed_byte_makes_it_unreadable():
    blob = KEY.seal(CONFIDED, visit=VISIT)
    for place in (0, len(blob.ct) // 2, len(blob.ct) - 1):
        changed = bytearray(blob.ct)
        changed[place] ^= 1
        with pytest.raises(InvalidTag):
            plaintext(blob.enc, bytes(changed), visit=VISIT)


def test_the_blob_is_named_by_its_hash_and_names_key_and_suite():
    blob = KEY.seal(CONFIDED, visit=VISIT)
    assert blob.sha256 == hashlib.sha256(blob.enc + blob.ct).hexdigest() == blob_sha256(blob.enc, blob.ct)
    assert (blob.suite, blob.kid) == (SUITE, ECKey.import_key(PRIVATE).thumbprint())
    assert len(blob.enc) == 65
    assert blob.enc[0] == 4  # an uncompressed point


def test_the_same_words_are_never_the_same_blob():
    assert KEY.seal(CONFIDED, visit=VISIT).ct != KEY.seal(CONFIDED, visit=VISIT).ct


@settings(deadline=None)
@given(words=words, number=numbers)
def test_every_blob_has_one_size_whatever_is_in_it(words, number):
    if words is None and number is None:
        return
    blob = KEY.seal(Confided(words, number, "2026-1"), visit=VISIT)
    assert (len(blob.enc), len(blob.ct)) == (65, PADDED_BYTES + 16)
    opened_now = opened(blob.enc, blob.ct, visit=VISIT)
    assert (opened_now["words"], opened_now["contact"]) == (words, number)


@settings(deadline=None)
@given(words=words)
def test_the_document_is_canonical_and_padded_to_its_end(words):
    blob = KEY.seal(Confided(words, "1", "2026-1"), visit=VISIT)
    text = plaintext(blob.enc, blob.ct, visit=VISIT)
    fields = {"contact": "1", "consent": "2026-1", "words": words}
    assert text == (rfc8785.dumps(fields) + b"\x80").ljust(PADDED_BYTES, b"\0")


def test_it_is_the_hpke_of_the_library_whose_public_face_opens_it_without_a_visit():
    """`Suite.decrypt` takes no associated data; a visit of no letters is the same as none."""
    blob = KEY.seal(CONFIDED, visit="")
    suite = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
    assert suite.decrypt(blob.enc + blob.ct, PRIVATE, b"hcp/1 sealed") == plaintext(
        blob.enc, blob.ct, visit=""
    )


def test_the_library_still_has_the_two_functions_with_associated_data():
    assert callable(openssl.hpke._encrypt_with_aad)
    assert callable(openssl.hpke._decrypt_with_aad)


def test_a_key_is_read_from_its_jwk():
    key = SealingKey.from_jwk(JWK)
    assert key.kid == KEY.kid
    assert opened(*parts(key.seal(CONFIDED, visit=VISIT)), visit=VISIT)["words"] == WORDS


def parts(blob):
    return blob.enc, blob.ct


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kty": "RSA"}, "sealing key of kty 'RSA'"),
        ({"crv": "P-384"}, "crv 'P-384'"),
        ({"use": "sig"}, "use 'sig'; allowed: EC, P-256, enc"),
        ({"x": "AAAA"}, "the sealing key cannot be read"),
        ({"x": 7}, "the sealing key cannot be read"),
        ({"kid": "another"}, "names itself 'another'"),
    ],
)
def test_a_jwk_that_is_no_sealing_key_is_refused(changes, message):
    with pytest.raises(ContractError, match=message):
        SealingKey.from_jwk(JWK | changes)


def test_a_key_on_another_curve_is_refused():
    with pytest.raises(ContractError, match="secp384r1; allowed: EC P-256"):
        SealingKey(ec.generate_private_key(ec.SECP384R1()).public_key())


# ---- what may be confided ----


@pytest.mark.parametrize(
    ("words", "contact", "purpose"),
    [("好", None, "words"), (None, "110", "contact"), ("好", "110", "words_contact")],
)
def test_a_purpose_says_what_was_left(words, contact, purpose):
    assert Confided(words, contact, "2026-1").purpose == purpose


@pytest.mark.parametrize(
    ("words", "contact", "consent"),
    [
        (None, None, "2026-1"),
        ("好", None, ""),
        ("", None, "2026-1"),
        ("好" * 151, None, "2026-1"),
        ("一\n二", None, "2026-1"),
        ("\ud800", None, "2026-1"),
        (None, "", "2026-1"),
        (None, "1" * 21, "2026-1"),
        (None, "+86", "2026-1"),
        (None, "١٢", "2026-1"),
    ],
)
def test_nothing_is_confided_without_consent_or_beyond_the_bounds(words, contact, consent):
    with pytest.raises(ValueError, match=r"confide|words are|a number is") as raised:
        Confided(words, contact, consent)
    for secret in (words, contact):
        assert not secret or secret not in str(raised.value)


def test_neither_repr_nor_str_says_what_was_typed():
    for said in (repr(CONFIDED), str(CONFIDED), f"{CONFIDED!r}", repr([CONFIDED])):
        assert WORDS not in said
        assert NUMBER not in said
