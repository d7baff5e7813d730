"""Revocation as the configuration wants it: with the broker's files and the CA's key, where they are."""

from __future__ import annotations

from device.clock import Clock
from province.broker_files import BrokerFiles
from province.ca import CertificateAuthority
from province.evict import evict_at
from province.revocation import Revocation
from province.settings import ProvinceConfig
from province.store.database import Database


def revocation_of(config: ProvinceConfig, database: Database, *, clock: Clock) -> Revocation:
    """The revocation of this province; the CA's key is read when it is needed. Raises nothing."""
    at = config.device_broker
    files = BrokerFiles(at.folder, at.pid_file) if at.folder is not None and at.pid_file is not None else None
    return Revocation(
        database,
        clock=clock,
        broker=files,
        authority=lambda: _authority(config),
        evict=evict_at(
            host=at.host, port=at.port, ca=config.broker.ca, server_name=config.broker.server_name
        ),
    )


def _authority(config: ProvinceConfig) -> CertificateAuthority | None:
    """The CA, None where its key is not. Raises EnrolmentError for files that are no CA's."""
    if config.ca.key is None:
        return None
    try:
        return CertificateAuthority.load(config.broker.ca.read_bytes(), config.ca.key.read_bytes())
    except OSError:  # it was carried off since the process began
        return None
