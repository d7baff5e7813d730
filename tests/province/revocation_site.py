"""A province with a broker of its own, and devices that are shut out there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from device.clock import SystemClock
from device.errors import SyncError
from province.broker_files import BrokerFiles
from province.ca import CertificateAuthority, certificate_pem
from province.revocation import Revocation
from province.revoking import revocation_of
from province.settings import read_province_configuration
from province.store import certificates, registry
from province.store.database import Database
from sync.mqtt import LinkSettings, Published
from tests.patience import PATIENCE_S
from tests.province.real_broker import Client, settings_of
from tests.province.simulated_device import SimulatedDevice

NOT_AUTHORISED = 0x87  # MQTT 5, section 3.4.2.1


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline_s, f"never: {what}"
        time.sleep(0.02)


def published(client: Client, device: str) -> int:
    client.link.publish(f"hcp/1/{device}/up/hello", b"x")
    event = client.next(Published)
    assert isinstance(event, Published)
    return event.reason


def refusal(settings: LinkSettings) -> str | None:
    """Why the broker does not let this client in; None: it does."""
    try:
        with Client(settings, []):
            return None
    except SyncError as error:
        return str(error)


@dataclass
class Site:
    """A province's folder with its database open; its broker is started by the test."""

    folder: Path
    database: Database
    port: int

    @property
    def files(self) -> BrokerFiles:
        return BrokerFiles(self.folder / "broker", self.folder / "broker" / "mosquitto.pid")

    @property
    def revocation(self) -> Revocation:
        """As the configuration has it now."""
        config = read_province_configuration(self.folder / "province.toml")
        return revocation_of(config, self.database, clock=SystemClock())

    def change_config(self, old: str, new: str) -> None:
        file = self.folder / "province.toml"
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))

    def device(self, name: str) -> LinkSettings:
        """A registered device."""
        now = datetime.now(UTC)
        device = SimulatedDevice(name, now)
        ca = CertificateAuthority.load(
            (self.folder / "ca" / "ca.crt").read_bytes(), (self.folder / "ca" / "ca.key").read_bytes()
        )
        pem = certificate_pem(ca.sign_device(device.request(), now))
        with self.database.write() as connection:
            new = registry.Device(name, device.key.kid, pem.decode(), now.isoformat())
            registry.add(connection, new, window="W07", number=1)
        out = self.folder / "devices"
        out.mkdir(exist_ok=True)
        (out / f"{name}.crt").write_bytes(pem)
        (out / f"{name}.key").write_bytes(device.key_pem)
        return settings_of(self.folder, self.port, name, out / f"{name}.crt", out / f"{name}.key")


def another_certificate(site: Site, settings: LinkSettings) -> LinkSettings:
    """A further certificate for the name and key of a device, as a renewal gives it."""
    now = datetime.now(UTC)
    ca = CertificateAuthority.load(
        (site.folder / "ca" / "ca.crt").read_bytes(), (site.folder / "ca" / "ca.key").read_bytes()
    )
    key = serialization.load_pem_private_key(settings.key.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, settings.client_id)])
    csr = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    made = ca.sign_device(csr.public_bytes(serialization.Encoding.PEM), now)
    with site.database.write() as connection:
        certificates.record(connection, settings.client_id, made, now)
    file = settings.certificate.with_suffix(".renewed")
    file.write_bytes(certificate_pem(made))
    return replace(settings, certificate=file)
