"""The enrolment service: its parts, as the configuration wants them."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from device.clock import Clock
from device.errors import ConfigError, ContractError, EnrolmentError
from province.ca import CertificateAuthority
from province.enrolment.address import Address, address_in
from province.enrolment.command_ca import CommandCa
from province.enrolment.credential import Credentials
from province.enrolment.handover import Handover, ShuttingOut
from province.enrolment.registrar import Registrar
from province.enrolment.renewing import Renewals
from province.enrolment.signer import NoCa, OwnCa, Signer
from province.settings import ProvinceConfig
from province.store.database import Database
from sync.contract.keys import PublicKey, SigningKey, open_key_set

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentService:
    """What the routes and the office's commands share. `key_set`: keys.jws as it is handed out."""

    roots: tuple[x509.Certificate, ...]
    key_set: str
    address: Address
    credentials: Credentials
    registrar: Registrar
    handover: Handover
    renewals: Renewals

    @property
    def root(self) -> x509.Certificate:
        """The one that tickets name and devices pin."""
        return self.roots[0]


def make_service(
    database: Database,
    *,
    clock: Clock,
    key: SigningKey,
    roots: tuple[x509.Certificate, ...],
    key_set: str,
    signer: Signer,
    address: Address,
    shutting_out: ShuttingOut,
) -> EnrolmentService:
    """The service of these parts. Raises ContractError for a key set that the root did not sign."""
    root_key = roots[0].public_key()
    keys = open_key_set(key_set, PublicKey(root_key))  # type: ignore[arg-type] # PublicKey refuses any other
    registrar = Registrar(database, clock=clock, signer=signer)
    return EnrolmentService(
        roots=roots,
        key_set=key_set,
        address=address,
        credentials=Credentials(database, clock=clock, keys=keys),
        registrar=registrar,
        handover=Handover(
            database=database, clock=clock, key=key, address=address, shutting_out=shutting_out
        ),
        renewals=Renewals(database=database, clock=clock, registrar=registrar),
    )


def enrolment_of(
    config: ProvinceConfig, database: Database, *, clock: Clock, key: SigningKey, shutting_out: ShuttingOut
) -> EnrolmentService | None:
    """The service as configured; None where devices could not find it, which is logged. Raises
    ConfigError.
    """
    address = address_in(config)
    if address is None:
        log.warning(
            "no enrolment: device_web has no certificate, or listens everywhere without enrolment.url"
        )
        return None
    roots = roots_in(config)
    try:
        key_set = config.ca.key_set.read_text("ascii").strip()
        return make_service(
            database,
            clock=clock,
            key=key,
            roots=roots,
            key_set=key_set,
            signer=signer_in(config, roots[0]),
            address=address,
            shutting_out=shutting_out,
        )
    except (OSError, ValueError, ContractError) as error:
        raise ConfigError([f"{config.ca.key_set}: ca.key_set: cannot be used: {error}"]) from None


def roots_in(config: ProvinceConfig) -> tuple[x509.Certificate, ...]:
    """The certificates of broker.ca, the root first. Raises ConfigError."""
    try:
        return tuple(x509.load_pem_x509_certificates(_bytes(config.broker.ca)))
    except ValueError:
        raise ConfigError([f"{config.broker.ca}: broker.ca: is no PEM certificate"]) from None


def signer_in(config: ProvinceConfig, root: x509.Certificate) -> Signer:
    """The CA as configured: a command before a key. Raises ConfigError."""
    if config.ca.command:
        return CommandCa(config.ca.command, root=root)
    if config.ca.key is None:
        return NoCa()
    try:
        return OwnCa(CertificateAuthority.load(_bytes(config.broker.ca), _bytes(config.ca.key)))
    except EnrolmentError as error:
        raise ConfigError([f"{config.ca.key}: ca.key: {error}"]) from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from None
