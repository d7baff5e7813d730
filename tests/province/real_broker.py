"""A real mosquitto, with the very configuration that init writes."""

from __future__ import annotations

import contextlib
import queue
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from province.ca import CertificateAuthority, certificate_pem
from sync.mqtt import LinkEvent, LinkSettings, MqttLink
from tests.patience import PATIENCE_S
from tests.ports import HOST
from tests.province.simulated_device import SimulatedDevice


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when something listens; raises when the process ends first, or after a while."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"nothing listens on {port}; the process: {process.poll()}")


@contextlib.contextmanager
def running_broker(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The broker of the province in `folder`, once every listener is there; `port` is one of them."""
    configuration = folder / "broker" / "mosquitto.conf"
    ports = {int(found) for found in re.findall(r"^listener (\d+)", configuration.read_text(), re.MULTILINE)}
    assert port in ports
    process = subprocess.Popen(["/usr/sbin/mosquitto", "-c", str(configuration)], stderr=subprocess.DEVNULL)
    try:
        for listener in ports:
            wait_for_port(listener, process)
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait(PATIENCE_S)


class Client:
    """A client of the broker by its certificate; what it hears is in `heard`."""

    def __init__(self, settings: LinkSettings, subscriptions: list[str]) -> None:
        self.heard: queue.SimpleQueue[LinkEvent] = queue.SimpleQueue()
        self.link = MqttLink(settings, subscriptions=subscriptions, will=None, on_event=self.heard.put)

    def __enter__(self) -> Client:
        self.link.connect(PATIENCE_S)
        return self

    def __exit__(self, *_: object) -> None:
        self.link.close()

    def next(self, kind: type[LinkEvent], timeout_s: float = PATIENCE_S) -> LinkEvent:
        """The next event of `kind`. Raises queue.Empty."""
        deadline = time.monotonic() + timeout_s
        while True:
            event = self.heard.get(timeout=max(0.01, deadline - time.monotonic()))
            if isinstance(event, kind):
                return event


def settings_of(folder: Path, port: int, name: str, certificate: Path, key: Path) -> LinkSettings:
    return LinkSettings(
        host=HOST,
        port=port,
        ca=folder / "ca" / "ca.crt",
        certificate=certificate,
        key=key,
        client_id=name,
        keepalive_s=30,
        server_name="localhost",
    )


def device_settings(folder: Path, port: int, device: SimulatedDevice, out: Path) -> LinkSettings:
    """Link settings for a device whose certificate is signed here and not registered."""
    ca = CertificateAuthority.load(
        (folder / "ca" / "ca.crt").read_bytes(), (folder / "ca" / "ca.key").read_bytes()
    )
    out.mkdir(exist_ok=True)
    certificate, key = out / f"{device.name}.crt", out / f"{device.name}.key"
    certificate.write_bytes(certificate_pem(ca.sign_device(device.request(), device.at)))
    key.write_bytes(device.key_pem)
    return settings_of(folder, port, device.name, certificate, key)
