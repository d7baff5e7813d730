"""Signing requests as strangers send them: whatever the bytes, a refusal and never a failure."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import example, given
from hypothesis import strategies as st

from province.device_web.est import pem_of
from province.enrolment.refusal import EnrolmentRefused, RefusalCode
from province.enrolment.registrar import request_in
from tests.province.simulated_device import SimulatedDevice

BOX = SimulatedDevice("cp-aaaaaaaaaa", datetime(2026, 11, 22, tzinfo=UTC))
DER = x509.load_pem_x509_csr(BOX.request()).public_bytes(Encoding.DER)
VERSION_AT = DER.index(b"\x02\x01\x00") + 2


def judged(der: bytes) -> str:
    """The device that a request is taken for, or why it is not."""
    try:
        return request_in(pem_of(base64.b64encode(der))).device
    except EnrolmentRefused as refused:
        return refused.code


@given(st.lists(st.tuples(st.integers(0, len(DER) - 1), st.integers(1, 255)), min_size=1, max_size=3))
@example([(VERSION_AT, 1)])
def test_a_request_with_changed_bytes_is_refused(changes: list[tuple[int, int]]) -> None:
    changed = bytearray(DER)
    for place, by in changes:
        changed[place] ^= by
    if bytes(changed) != DER:
        assert judged(bytes(changed)) == RefusalCode.REQUEST_UNUSABLE


@given(st.integers(0, len(DER) - 1))
def test_a_request_cut_short_is_refused(length: int) -> None:
    assert judged(DER[:length]) == RefusalCode.REQUEST_UNUSABLE


@given(st.binary(max_size=300))
def test_bytes_of_no_kind_are_refused(body: bytes) -> None:
    with pytest.raises(EnrolmentRefused):
        request_in(pem_of(body))


def test_keys_of_other_kinds_are_refused() -> None:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, BOX.name)])
    csr = x509.CertificateSigningRequestBuilder().subject_name(subject)
    others = (
        csr.sign(rsa.generate_private_key(65537, 2048), hashes.SHA256()),
        csr.sign(ec.generate_private_key(ec.SECP384R1()), hashes.SHA256()),
        csr.sign(ed25519.Ed25519PrivateKey.generate(), None),
    )
    for other in others:
        assert judged(other.public_bytes(Encoding.DER)) == RefusalCode.REQUEST_UNUSABLE
    assert judged(DER) == BOX.name
