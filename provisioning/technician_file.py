"""The technician's file: certificate, key and the province's root in one, as the office made it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from device.errors import ContractError
from provisioning.refused import Refused
from sync.contract.keys import PublicKey, SigningKey

NAME_BEGINS = "tech-"

_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n?", re.DOTALL)
_KEY = re.compile(rb"-----BEGIN PRIVATE KEY-----.+?-----END PRIVATE KEY-----\n?", re.DOTALL)
_MOST_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class TechnicianFile:
    """Who acts, by the file at `path`. `key` signs for them; `root`: PEM of the CA that they believe."""

    path: Path
    name: str
    key: SigningKey
    root: bytes

    @classmethod
    def read(cls, path: Path) -> Self:
        """The technician in the file. Raises Refused."""
        try:
            with path.open("rb") as file:
                content = file.read(_MOST_BYTES)
        except OSError as error:
            raise Refused("technician.unreadable", file=path, why=error.strerror or str(error)) from None
        certificates, keys = _CERTIFICATE.findall(content), _KEY.findall(content)
        if len(certificates) != 2 or len(keys) != 1:
            raise Refused("technician.no_file", file=path)
        own, root = certificates
        try:
            certificate = x509.load_pem_x509_certificate(own)
            (name,) = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
            loaded = serialization.load_pem_private_key(keys[0], None)
            if not isinstance(loaded, ec.EllipticCurvePrivateKey):
                raise Refused("technician.no_file", file=path)
            key = SigningKey(loaded)
            belongs = PublicKey.from_certificate(own) == key.public
        except (ValueError, TypeError, ContractError):
            raise Refused("technician.no_file", file=path) from None
        said = str(name.value)
        if not belongs or not said.startswith(NAME_BEGINS):
            raise Refused("technician.no_file", file=path)
        return cls(path, said.removeprefix(NAME_BEGINS), key, root)

    @property
    def root_key(self) -> PublicKey:
        """The key that signs the province's key set."""
        return PublicKey.from_certificate(self.root)
