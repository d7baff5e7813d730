"""Who the agent is and whom it believes: the device's key, and the province's keys."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

from device.errors import ConfigError, ContractError
from sync.agent.settings import SyncConfig
from sync.contract.keys import KeySet, PublicKey, SigningKey, open_key_set
from sync.contract.topics import check_device_id


@dataclass(frozen=True, slots=True)
class Identity:
    """The device's id and key, and the keys whose signature makes a message the province's."""

    device: str
    key: SigningKey
    province: KeySet


def load_identity(config: SyncConfig) -> Identity:
    """Read and check the files that `config` names. Raises ConfigError naming the file and what to do."""
    try:
        device = check_device_id(config.device.id)
    except ContractError as error:
        raise ConfigError([f"device.id: {error}"]) from None
    key = SigningKey.load(config.broker.key)
    certificate = _read(config.broker.certificate)
    if _public_key(config.broker.certificate, certificate) != key.public:
        raise ConfigError(
            [
                f"{config.broker.certificate}: is not the certificate of the key {config.broker.key};"
                " enrol the device again, or restore both from the same enrolment"
            ]
        )
    names = x509.load_pem_x509_certificate(certificate).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if [name.value for name in names] != [device]:
        raise ConfigError(
            [f"{config.broker.certificate}: its CN is not {device!r}; set device.id to the certificate's CN"]
        )
    return Identity(device, key, _province_keys(config.province.key_set, config.province.root))


def _province_keys(key_set: Path, root: Path) -> KeySet:
    root_key = _public_key(root, _read(root))
    try:
        return open_key_set(_read(key_set).decode("ascii"), root_key)
    except (ContractError, UnicodeDecodeError) as error:
        raise ConfigError(
            [f"{key_set}: is not a key set signed by the root in {root}: {error}; fetch it from the province"]
        ) from None


def _public_key(path: Path, pem: bytes) -> PublicKey:
    try:
        return PublicKey.from_certificate(pem)
    except ContractError as error:
        raise ConfigError([f"{path}: {error}"]) from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from None
