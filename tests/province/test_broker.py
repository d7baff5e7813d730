"""The access list, tried on a real mosquitto with the certificates that init makes."""

from __future__ import annotations

import contextlib
import queue
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device.errors import SyncError
from province.broker import LET_THROUGH_BYTES
from province.ca import CertificateAuthority
from province.folder import ProvinceFolder
from sync.contract.jws import MAX_BYTES
from sync.contract.topics import UpName, every_device, shared_by_workers
from sync.mqtt import Disconnected, LinkSettings, Published, Received
from tests.patience import PATIENCE_S
from tests.ports import free_port
from tests.province.real_broker import Client, device_settings, running_broker, settings_of
from tests.province.simulated_device import SimulatedDevice

NOT_AUTHORISED = 0x87  # MQTT 5, section 3.4.2.1
QUIET_S = 0.3


class Place:
    """A province's folder whose broker runs."""

    def __init__(self, folder: Path, port: int, worker_port: int, process: subprocess.Popen[bytes]) -> None:
        self.folder, self.port, self.worker_port, self.process = folder, port, worker_port, process

    def device(self, name: str) -> LinkSettings:
        device = SimulatedDevice(name, datetime.now(UTC))
        return device_settings(self.folder, self.port, device, self.folder / "devices")

    def province(self) -> LinkSettings:
        files = self.folder / "client.crt", self.folder / "client.key"
        return settings_of(self.folder, self.worker_port, "province", *files)

    def worker(self, number: int) -> LinkSettings:
        name = f"worker-{number:02}"
        files = (self.folder / "workers" / f"{name}.{kind}" for kind in ("crt", "key"))
        return settings_of(self.folder, self.worker_port, name, *files)

    def technician(self, name: str) -> LinkSettings:
        """A technician's certificate, taken to the broker, where it is for nothing."""
        files = self.folder / "ca" / "ca.crt", self.folder / "ca" / "ca.key"
        ca = CertificateAuthority.load(*(file.read_bytes() for file in files))
        issued = ca.issue_client(f"tech-{name}", datetime.now(UTC))
        certificate, key = self.folder / "technician.crt", self.folder / "technician.key"
        certificate.write_bytes(issued.certificate)
        key.write_bytes(issued.key)
        return settings_of(self.folder, self.port, f"tech-{name}", certificate, key)

    def auditor(self, name: str) -> LinkSettings:
        """A new auditor, of whom the broker was told."""
        issued = ProvinceFolder(self.folder).add_auditor(name, datetime.now(UTC))
        certificate, key = self.folder / "auditor.crt", self.folder / "auditor.key"
        certificate.write_bytes(issued.certificate)
        key.write_bytes(issued.key)
        self.process.send_signal(signal.SIGHUP)
        return settings_of(self.folder, self.worker_port, f"audit-{name}", certificate, key)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder, port, worker_port = tmp_path_factory.mktemp("province"), free_port(), free_port()
    made = ProvinceFolder(folder)
    made.make(host="127.0.0.1", mqtt_port=port, worker_port=worker_port, web_port=1, now=datetime.now(UTC))
    with running_broker(folder, port) as process:
        yield Place(folder, port, worker_port, process)


def published(client: Client, topic: str, payload: bytes = b"x") -> int:
    client.link.publish(topic, payload)
    event = client.next(Published)
    assert isinstance(event, Published)
    return event.reason


def wait_until_heard(reader: Client, sender: Client, topic: str) -> None:
    """Publish until it is heard: mosquitto says nothing when it has read its files anew."""
    deadline_s = time.monotonic() + PATIENCE_S
    while True:
        assert time.monotonic() < deadline_s, f"nothing is heard on {topic}"
        reason = published(sender, topic)
        with contextlib.suppress(queue.Empty):
            while reader.next(Received, QUIET_S) != Received(topic, b"x"):
                pass
            assert reason == 0
            return


def test_a_device_reaches_the_province_and_the_province_the_device(place: Place) -> None:
    with (
        Client(place.province(), [every_device(name) for name in UpName]) as province,
        Client(place.device("dev-001"), ["hcp/1/dev-001/down/+"]) as device,
    ):
        assert published(device, "hcp/1/dev-001/up/hello") == 0
        assert province.next(Received) == Received("hcp/1/dev-001/up/hello", b"x")
        assert published(device, "hcp/1/dev-001/up/sealed") == 0
        assert province.next(Received) == Received("hcp/1/dev-001/up/sealed", b"x")
        assert published(province, "hcp/1/dev-001/down/receipt") == 0
        assert device.next(Received) == Received("hcp/1/dev-001/down/receipt", b"x")


@pytest.mark.parametrize(
    "topic",
    [
        "hcp/1/dev-002/up/ratings",
        "hcp/1/dev-002/up/sealed",
        "hcp/1/dev-001/down/receipt",
        "hcp/1/dev-001/up/other",
        "hcp/1/dev-001/up/ratings/more",
        "hcp/1/province/up/ratings",
        "hcp/2/dev-001/up/ratings",
        "elsewhere",
    ],
)
def test_a_device_may_say_nothing_but_its_own(place: Place, topic: str) -> None:
    with Client(place.device("dev-001"), []) as device:
        assert published(device, topic) == NOT_AUTHORISED


@pytest.mark.parametrize("topic", ["hcp/1/dev-002/down/receipt", "hcp/1/+/down/+", "hcp/1/+/up/+", "#"])
def test_a_device_hears_nothing_of_another(place: Place, topic: str) -> None:
    with (
        Client(place.province(), []) as province,
        Client(place.device("dev-002"), ["hcp/1/dev-002/down/+"]) as other,
    ):
        try:
            curious = Client(place.device("dev-001"), [topic]).__enter__()
        except SyncError:
            return  # the broker refuses to subscribe it: as good
        try:
            published(other, "hcp/1/dev-002/up/hello")
            published(province, "hcp/1/dev-002/down/receipt")
            other.next(Received)
            with pytest.raises(queue.Empty):
                curious.next(Received, QUIET_S)
        finally:
            curious.link.close()


def test_the_province_cannot_pass_for_a_device(place: Place) -> None:
    with Client(place.province(), []) as province:
        assert published(province, "hcp/1/dev-001/up/ratings") == NOT_AUTHORISED


@pytest.mark.parametrize("listener", ["port", "worker_port"])
def test_a_technicians_certificate_passes_for_nobody(place: Place, listener: str) -> None:
    settings = replace(place.technician("zhang"), port=getattr(place, listener))
    with Client(settings, []) as technician:
        for topic in ("hcp/1/dev-001/up/ratings", "hcp/1/dev-001/down/order", "hcp/1/zhang/up/hello"):
            assert published(technician, topic) == NOT_AUTHORISED


def test_a_devices_trial_connection_throws_nobody_out_and_can_do_nothing(place: Place) -> None:
    with (
        Client(place.province(), [every_device(name) for name in UpName]) as province,
        Client(place.device("dev-001"), ["hcp/1/dev-001/down/+"]) as device,
        Client(replace(place.device("dev-001"), port=place.worker_port), []) as trial,
    ):
        for topic in ("hcp/1/dev-001/up/ratings", "hcp/1/CN=dev-001/up/ratings", "hcp/1/dev-002/up/hello"):
            assert published(trial, topic) == NOT_AUTHORISED
        assert published(device, "hcp/1/dev-001/up/hello") == 0
        assert province.next(Received) == Received("hcp/1/dev-001/up/hello", b"x")


@pytest.mark.parametrize("claimed", ["CN=province", "province", "dev-002", "CN=worker-02", "worker-02"])
@pytest.mark.parametrize("listener", ["port", "worker_port"])
def test_a_device_evicts_nobody_whatever_client_id_it_claims(
    place: Place, claimed: str, listener: str
) -> None:
    with (
        Client(place.province(), [every_device(UpName.HELLO)]) as province,
        Client(place.worker(2), [shared_by_workers(UpName.RATINGS)]) as worker,
        Client(place.device("dev-002"), []) as other,
    ):
        pretender = replace(place.device("dev-001"), client_id=claimed, port=getattr(place, listener))
        with Client(pretender, []):
            assert published(other, "hcp/1/dev-002/up/ratings") == 0
            assert worker.next(Received) == Received("hcp/1/dev-002/up/ratings", b"x")
            assert published(other, "hcp/1/dev-002/up/hello") == 0
            assert province.next(Received) == Received("hcp/1/dev-002/up/hello", b"x")


def test_of_two_workers_one_gets_each_message(place: Place) -> None:
    shared = [shared_by_workers(UpName.RATINGS)]
    with (
        Client(place.worker(2), shared) as one,
        Client(place.worker(3), shared) as two,
        Client(place.device("dev-001"), []) as device,
    ):
        sent = [b"%d" % number for number in range(20)]
        for payload in sent:
            assert published(device, "hcp/1/dev-001/up/ratings", payload) == 0
        heard: list[list[bytes]] = [[], []]
        deadline_s = time.monotonic() + PATIENCE_S
        while len(heard[0] + heard[1]) < len(sent) and time.monotonic() < deadline_s:
            for client, found in zip((one, two), heard, strict=True):
                with contextlib.suppress(queue.Empty):
                    while True:
                        event = client.next(Received, QUIET_S)
                        assert isinstance(event, Received)
                        found.append(event.payload)
        assert sorted(heard[0] + heard[1]) == sorted(sent)
        assert all(heard)


def test_an_auditor_reads_everything_once_the_broker_was_told_and_writes_nothing(place: Place) -> None:
    auditor = place.auditor("wang")
    with (
        Client(auditor, ["hcp/1/#"]) as reader,
        Client(place.device("dev-001"), []) as device,
        Client(place.province(), []) as province,
    ):
        wait_until_heard(reader, device, "hcp/1/dev-001/up/ratings")
        wait_until_heard(reader, province, "hcp/1/dev-001/down/receipt")
        for topic in ("hcp/1/audit-wang/up/hello", "hcp/1/dev-001/up/ratings", "hcp/1/dev-001/down/order"):
            assert published(reader, topic) == NOT_AUTHORISED


def test_the_province_has_no_place_among_the_devices(place: Place) -> None:
    with Client(replace(place.province(), port=place.port), []) as province:
        assert published(province, "hcp/1/dev-001/down/receipt") == NOT_AUTHORISED


def test_a_message_over_the_contracts_size_reaches_the_ingest_and_a_huge_one_does_not(place: Place) -> None:
    with (
        Client(place.province(), [every_device(UpName.RATINGS)]) as province,
        Client(place.device("dev-001"), []) as device,
    ):
        assert published(device, "hcp/1/dev-001/up/ratings", b"a" * MAX_BYTES) == 0
        assert province.next(Received) == Received("hcp/1/dev-001/up/ratings", b"a" * MAX_BYTES)
        assert published(device, "hcp/1/dev-001/up/ratings", b"a" * (MAX_BYTES + 2048)) == 0
        province.next(Received)
        device.link.publish("hcp/1/dev-001/up/ratings", b"a" * (LET_THROUGH_BYTES + 2048))
        device.next(Disconnected)
        with pytest.raises(queue.Empty):
            province.next(Received, QUIET_S)


def test_a_client_of_another_ca_is_not_let_in(place: Place, tmp_path: Path) -> None:
    ProvinceFolder(tmp_path).make(host="127.0.0.1", mqtt_port=1, web_port=1, now=datetime.now(UTC))
    stranger = SimulatedDevice("dev-001", datetime.now(UTC))
    foreign = device_settings(tmp_path, place.port, stranger, tmp_path / "devices")
    trusting = settings_of(place.folder, place.port, "dev-001", foreign.certificate, foreign.key)
    with pytest.raises(SyncError), Client(trusting, []):
        pass
