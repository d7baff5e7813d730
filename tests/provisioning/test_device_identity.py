"""The device's identity: a key of its own, an id that can be read out, a request with nothing else in it."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID

from device.errors import EnrolmentError
from provisioning.device_identity import certificate_request, make_key, new_device_id
from sync.contract.topics import check_device_id


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "device.key"
    make_key(path)
    return path


def test_a_key_is_for_its_owner_only_and_stays(key):
    assert key.stat().st_mode & 0o777 == 0o600
    before = key.read_bytes()
    make_key(key)
    assert key.read_bytes() == before
    assert [file.name for file in key.parent.iterdir()] == [key.name]


def test_what_an_interrupted_making_left_is_no_key(tmp_path):
    path = tmp_path / "device.key"
    (tmp_path / "device.key.new").write_text("half")
    make_key(path)
    assert b"cp-1" not in path.read_bytes()
    certificate_request(path, "cp-1")


def test_every_key_is_another(tmp_path):
    make_key(tmp_path / "a")
    make_key(tmp_path / "b")
    assert (tmp_path / "a").read_bytes() != (tmp_path / "b").read_bytes()


def test_a_request_names_the_device_and_nothing_else(key):
    request = x509.load_pem_x509_csr(certificate_request(key, "cp-7k2m9x4d3f"))
    assert [(a.oid, a.value) for a in request.subject] == [(NameOID.COMMON_NAME, "cp-7k2m9x4d3f")]
    assert list(request.extensions) == []
    assert request.is_signature_valid
    public = request.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    assert isinstance(public.curve, ec.SECP256R1)


def _pem(key, password=None):
    protection = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no key",
        _pem(ed25519.Ed25519PrivateKey.generate()),
        _pem(ec.generate_private_key(ec.SECP384R1())),
        _pem(ec.generate_private_key(ec.SECP256R1()), b"password"),
    ],
    ids=["empty", "no key", "another kind", "another curve", "with a password"],
)
def test_a_file_that_is_not_such_a_key_is_named_with_what_to_do(tmp_path, content):
    path = tmp_path / "device.key"
    path.write_bytes(content)
    with pytest.raises(EnrolmentError, match=r"device\.key: is not an EC P-256 key .* move it away"):
        certificate_request(path, "cp-1")


def test_a_key_that_is_not_there_is_named(tmp_path):
    with pytest.raises(EnrolmentError, match=r"device\.key: cannot be read: No such file"):
        certificate_request(tmp_path / "device.key", "cp-1")


def test_an_id_can_stand_in_topics_and_be_read_out():
    ids = {new_device_id() for _ in range(200)}
    assert len(ids) == 200
    for device_id in ids:
        assert check_device_id(device_id) == device_id
        assert not set(device_id.removeprefix("cp-")) & set("01ilo")
