"""The province's parts, put together as its configuration says."""

from __future__ import annotations

from datetime import timedelta

from cryptography import x509

from device.clock import SystemClock
from device.errors import ConfigError
from device.indicators import national_list
from device.province_settings import PhoneOffer
from device.sealing import SealingKey
from province.commands.options import bytes_of
from province.enrolment.service import EnrolmentService, enrolment_of
from province.office import LocalOffice
from province.phone.desk import PhoneDesk
from province.phone.keys import PhoneKey
from province.phone.telling import tell_device
from province.rescues import Rescues
from province.revoking import revocation_of
from province.settings import ProvinceConfig
from province.steering import Steering
from province.store.database import Database
from province.technicians import LocalTechnicianOffice
from sync.contract.keys import PublicKey, SigningKey, open_key_set

TOKEN_LEAST = 16


def token_of(config: ProvinceConfig) -> str:
    """The operator's token. Raises ConfigError when it is too short to be a secret."""
    token = bytes_of(config.web.token_file).decode("ascii", "replace").strip()
    if len(token) < TOKEN_LEAST:
        raise ConfigError(
            [f"{config.web.token_file}: web.token_file: has {len(token)} characters, needs {TOKEN_LEAST}"]
        )
    return token


def enrolment_service(
    config: ProvinceConfig, database: Database, clock: SystemClock, key: SigningKey
) -> EnrolmentService | None:
    """Who enrols devices; None where no address for that is set."""
    shutting_out = revocation_of(config, database, clock=clock)
    return enrolment_of(config, database, clock=clock, key=key, shutting_out=shutting_out)


def local_office(config: ProvinceConfig, database: Database, clock: SystemClock) -> LocalOffice:
    """What operators ask of the process which has the database."""
    return LocalOffice(
        database,
        clock=clock,
        ca=_ca(config),
        url=config.web.url,
        rules=config.rules.rules(),
        revocation=revocation_of(config, database, clock=clock),
    )


def _ca(config: ProvinceConfig) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(bytes_of(config.broker.ca))
    except ValueError:
        raise ConfigError([f"{config.broker.ca}: broker.ca: is no PEM certificate"]) from None


def local_technicians(
    config: ProvinceConfig, database: Database, clock: SystemClock
) -> LocalTechnicianOffice:
    """What is asked about technicians and rescues, in that process too."""
    key = SigningKey.load(config.signing.key)
    rescues = Rescues(database, clock=clock, key=key, rules=config.rules.rules())
    return LocalTechnicianOffice(database, clock=clock, ca=_ca(config), rescues=rescues)


def phone_key_of(config: ProvinceConfig) -> PhoneKey | None:
    """Links are checked while there is a key, also those of before the address was taken away."""
    return None if config.phone.key is None else PhoneKey.load(config.phone.key)


def phone_offer_of(config: ProvinceConfig, key: PhoneKey | None) -> PhoneOffer | None:
    """What devices are told of the page for phones, if there is one."""
    base = config.phone.base
    return None if base is None or key is None else PhoneOffer(base=base, key=key.public)


def phone_desk_of(
    config: ProvinceConfig, database: Database, *, clock: SystemClock, key: PhoneKey, steering: Steering
) -> PhoneDesk:
    """Who takes what is rated on phones."""
    keys = open_key_set(
        bytes_of(config.ca.key_set).decode("ascii", "replace"),
        PublicKey.from_certificate(bytes_of(config.broker.ca)),
    )
    return PhoneDesk(
        database,
        clock=clock,
        key=key,
        sealing=None if keys.sealing is None else SealingKey.from_jwk(keys.sealing.jwk),
        lasts=timedelta(days=config.phone.lasts_days),
        national=national_list(),
        tell=lambda device, visit: tell_device(steering, device, visit),
    )
