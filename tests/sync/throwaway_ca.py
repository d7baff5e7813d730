"""A certificate authority that lives as long as one test run."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class ThrowawayCa:
    """Issues EC P-256 certificates as PEM files in `folder`; its own is `certificate`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("throwaway CA")
        self._certificate = self._sign(self._name, self.key.public_key(), x509.BasicConstraints(True, 0))
        self.certificate = self._write("ca", self._certificate)

    def issue(
        self, cn: str, *, address: str | None = None, dates: tuple[datetime, datetime] | None = None
    ) -> tuple[Path, Path]:
        """The files of a new certificate for `cn` and its key; a server's has `address` as its name too.

        `dates`: from when to when it is valid; by default now.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        names: list[x509.GeneralName] = [x509.DNSName(cn)]
        if address is not None:
            names.append(x509.IPAddress(ipaddress.ip_address(address)))
        certificate = self._sign(
            _name(cn),
            key.public_key(),
            x509.BasicConstraints(False, None),
            x509.SubjectAlternativeName(names),
            dates=dates,
        )
        key_path = self.folder / f"{cn}.key"
        key_path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        key_path.chmod(0o600)
        return self._write(cn, certificate), key_path

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        *extensions: x509.ExtensionType,
        dates: tuple[datetime, datetime] | None = None,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        since, until = dates or (now - timedelta(hours=1), now + timedelta(days=1))
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(since)
            .not_valid_after(until)
        )
        for extension in extensions:
            builder = builder.add_extension(extension, critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def _write(self, name: str, certificate: x509.Certificate) -> Path:
        path = self.folder / f"{name}.crt"
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return path


def _name(cn: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, cn)])
