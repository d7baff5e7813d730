"""The province's own certificate authority; province.enrolment.signer lets another take its place."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from device.errors import ContractError, EnrolmentError
from sync.contract.topics import check_device_id

ROOT_DAYS = 20 * 365
# 825 days: the longest life the CA/Browser Forum allowed for years; longer than three times the longest
# time a device is expected to be offline, so that a renewal always finds time.
LEAF_DAYS = 825
# A device without a clock battery wakes in the past; a certificate "not yet valid" would lock it out.
BACKDATED = timedelta(days=1)
# What closes a revoked device's session is used once, at once.
BRIEF_DAYS = 10 / (24 * 60)
PROVINCE = "province"
# CNs of the workers beside the first, which is the province itself: each needs its own name at the broker.
WORKERS = tuple(f"worker-{number:02}" for number in range(2, 17))
AUDITOR = "audit-"
TECHNICIAN = "tech-"
_RESERVED = re.compile(rf"{PROVINCE}|(worker|probe|audit|tech)-.*", re.ASCII)


# What `cryptography` raises over bytes that are no request or certificate: found by changing some at random.
UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion)


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate with the private key made for it, both as PEM."""

    certificate: bytes
    key: bytes


def new_key() -> ec.EllipticCurvePrivateKey:
    """A fresh P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The private key as unencrypted PKCS 8 PEM: the file's mode is what protects it."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def certificate_pem(certificate: x509.Certificate) -> bytes:
    """The certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def has_names(certificate: bytes, names: Sequence[str]) -> bool:
    """Whether a server's certificate (PEM) is for all of these host names and addresses."""
    if not names:
        return True
    try:
        extensions = x509.load_pem_x509_certificate(certificate).extensions
        there = set(extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except (ValueError, x509.ExtensionNotFound):
        return False
    return there.issuperset(_general_name(name) for name in names)


class CertificateAuthority:
    """Signs certificates for the broker, for the province itself, for devices; all EC P-256."""

    def __init__(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        self.certificate = certificate
        self._key = key

    @classmethod
    def make(cls, now: datetime) -> Self:
        """A new root, valid for twenty years from `now` (with a zone)."""
        key = new_key()
        name = _name("chuangping province CA")
        certificate = (
            _builder(name, key.public_key(), now, ROOT_DAYS)
            .issuer_name(name)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            # Digital signature: the root also signs the province's key set.
            .add_extension(_key_usage(ca=True), critical=True)
            .sign(key, hashes.SHA256())
        )
        return cls(certificate, key)

    @classmethod
    def load(cls, certificate: bytes, key: bytes) -> Self:
        """The authority whose PEM files were read. Raises EnrolmentError when they are no CA's."""
        try:
            loaded = serialization.load_pem_private_key(key, None)
            root = x509.load_pem_x509_certificate(certificate)
        except (ValueError, TypeError) as error:
            raise EnrolmentError(f"the CA's files cannot be read: {error}; restore them") from None
        if not isinstance(loaded, ec.EllipticCurvePrivateKey) or loaded.public_key() != root.public_key():
            raise EnrolmentError("the CA's key does not belong to its certificate; restore both together")
        return cls(root, loaded)

    @property
    def pem(self) -> tuple[bytes, bytes]:
        """The root certificate with its private key, as PEM files."""
        return certificate_pem(self.certificate), key_pem(self._key)

    def issue_server(self, names: list[str], now: datetime) -> Issued:
        """A server's certificate for `names` (host names or addresses), with a fresh key."""
        key = new_key()
        builder = _builder(_name(names[0]), key.public_key(), now, LEAF_DAYS).add_extension(
            x509.SubjectAlternativeName([_general_name(n) for n in names]), critical=False
        )
        return Issued(self._sign(builder, ExtendedKeyUsageOID.SERVER_AUTH), key_pem(key))

    def issue_client(self, common_name: str, now: datetime) -> Issued:
        """A client's certificate with a fresh key: the province's own, a worker's, a person's."""
        key = new_key()
        builder = _builder(_name(common_name), key.public_key(), now, LEAF_DAYS)
        return Issued(self._sign(builder, ExtendedKeyUsageOID.CLIENT_AUTH), key_pem(key))

    def sign_device(self, request: bytes, now: datetime) -> x509.Certificate:
        """The certificate for a device's signing request (PEM); its CN becomes the device's id.

        Only the CN and the key are taken from the request. Raises EnrolmentError saying what is wrong.
        """
        device, key = read_request(request)
        builder = _builder(_name(device), key, now, LEAF_DAYS)
        return x509.load_pem_x509_certificate(self._sign(builder, ExtendedKeyUsageOID.CLIENT_AUTH))

    def issue_brief(self, common_name: str, now: datetime) -> Issued:
        """A client's certificate for the next ten minutes, with a fresh key."""
        key = new_key()
        builder = _builder(_name(common_name), key.public_key(), now, BRIEF_DAYS)
        return Issued(self._sign(builder, ExtendedKeyUsageOID.CLIENT_AUTH), key_pem(key))

    def sign_crl(self, revoked: Mapping[int, datetime], *, at: datetime) -> bytes:
        """The list (PEM) of the certificates, by serial number, that are revoked, each since when.

        Of two lists OpenSSL believes the one with the later `at`, whichever it was given last. It is good as
        long as the CA: it goes to the broker by file, and one that ran out would shut every device out.
        """
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(at)
            .next_update(self.certificate.not_valid_after_utc)
        )
        for serial, since in sorted(revoked.items()):
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def _sign(self, builder: x509.CertificateBuilder, usage: x509.ObjectIdentifier) -> bytes:
        root_key_id = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        certificate = (
            builder.issuer_name(self.certificate.subject)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(ca=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(root_key_id), critical=False
            )
            .sign(self._key, hashes.SHA256())
        )
        return certificate_pem(certificate)


def read_request(request: bytes) -> tuple[str, ec.EllipticCurvePublicKey]:
    """The device's id and key that a signing request (PEM) is for. Raises EnrolmentError, what is wrong."""
    try:
        csr = x509.load_pem_x509_csr(request)
        names = [str(a.value) for a in csr.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        key = csr.public_key()
        sound = csr.is_signature_valid
    except UNREADABLE as error:
        raise EnrolmentError(f"the signing request cannot be read ({error}); make it again") from None
    if not sound:
        raise EnrolmentError("the signing request is not signed by its own key; make it again on the device")
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise EnrolmentError("the signing request's key is not EC P-256; make the device's key again")
    if len(names) != 1 or len(list(csr.subject)) != 1:
        raise EnrolmentError("the signing request's subject must be the device's id as CN and nothing else")
    try:
        device = check_device_id(names[0])
    except ContractError as error:
        raise EnrolmentError(f"the signing request's CN cannot be used: {error}") from None
    if _RESERVED.fullmatch(device):
        raise EnrolmentError(f"the signing request's CN {device!r} is the province's own; choose another id")
    return device, key


def _builder(
    subject: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: float
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _key_usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=ca,
        crl_sign=ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
