"""The certificates the province signs, and the requests it does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from device.errors import EnrolmentError
from province.ca import CertificateAuthority

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CA = CertificateAuthority.make(NOW)


def request(
    *names: str, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None, more: bool = False
) -> bytes:
    signing = key or ec.generate_private_key(ec.SECP256R1())
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, name) for name in names]
    if more:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, "x"))
    csr = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(attributes))
    return csr.sign(signing, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def test_a_device_certificate_names_the_device_and_is_for_clients_only() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = CA.sign_device(request("dev-001", key=key), NOW)
    certificate.verify_directly_issued_by(CA.certificate)
    assert certificate.subject.rfc4514_string() == "CN=dev-001"
    assert certificate.public_key() == key.public_key()
    assert certificate.not_valid_after_utc == NOW + timedelta(days=825)
    assert certificate.not_valid_before_utc < NOW
    extensions = certificate.extensions
    usage = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    authority = extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    subject = CA.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert authority.key_identifier == subject.digest


def test_two_certificates_never_have_the_same_serial() -> None:
    one, other = (CA.sign_device(request("dev-001"), NOW) for _ in range(2))
    assert one.serial_number != other.serial_number


def test_the_brokers_certificate_carries_its_names() -> None:
    issued = CA.issue_server(["localhost", "127.0.0.1"], NOW)
    certificate = x509.load_pem_x509_certificate(issued.certificate)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(a) for a in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]


def test_a_loaded_authority_is_the_same() -> None:
    loaded = CertificateAuthority.load(*CA.pem)
    loaded.sign_device(request("dev-001"), NOW).verify_directly_issued_by(CA.certificate)


@pytest.mark.parametrize(
    ("pem", "message"),
    [
        (b"no request", "the signing request cannot be read"),
        (request("province"), "the signing request's CN 'province' is the province's own"),
        (request("a/b"), "the signing request's CN cannot be used: 'a/b' is no device id"),
        (request("#"), "the signing request's CN cannot be used"),
        (request("dev-001", "dev-002"), "the signing request's subject must be the device's id"),
        (request(), "the signing request's subject must be the device's id"),
        (request("dev-001", more=True), "the signing request's subject must be the device's id"),
        (request("dev-001", key=ec.generate_private_key(ec.SECP384R1())), "the signing request's key is not"),
        (request("dev-001", key=rsa.generate_private_key(65537, 2048)), "the signing request's key is not"),
    ],
)
def test_a_request_that_is_not_a_devices_is_refused(pem: bytes, message: str) -> None:
    with pytest.raises(EnrolmentError, match=f"^{message}"):
        CA.sign_device(pem, NOW)


def test_a_key_that_is_not_the_authoritys_is_refused() -> None:
    other = CertificateAuthority.make(NOW)
    with pytest.raises(EnrolmentError, match=r"^the CA's key does not belong to its certificate"):
        CertificateAuthority.load(CA.pem[0], other.pem[1])
