"""The identity of a device: a key made here that never leaves, and the request for its certificate."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from device.device_code import DeviceCode
from device.errors import EnrolmentError


def new_device_id() -> str:
    """A random id: `cp-` and ten letters or digits, about 49 bits; its sticker shows it as a code."""
    return DeviceCode.new().device_id


def make_key(path: Path) -> None:
    """Make the device's EC P-256 key at `path`, readable by its owner only; one that is there is kept.

    The file appears whole or not at all: half a key would be kept for ever.
    """
    if path.exists():
        return
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)


def certificate_request(key_path: Path, device_id: str) -> bytes:
    """A PEM certificate request for the key at `key_path`, its subject the device's id and nothing else.

    Raises EnrolmentError when there is no such key.
    """
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, device_id)])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject)
    return request.sign(_load(key_path), hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _load(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise EnrolmentError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, TypeError):  # TypeError: it asks for a password
        key = None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise EnrolmentError(
            f"{path}: is not an EC P-256 key without a password; move it away, and a new one is made"
        )
    return key
