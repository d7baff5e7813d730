"""The HTTPS listener for devices: real TLS, real certificates, both databases."""

from __future__ import annotations

import hashlib
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device.clock import FakeClock
from device.errors import SyncError
from province.blob_folder import BlobFolder, BlobPart
from province.ca import CertificateAuthority, certificate_pem
from province.device_web.app import make_device_app
from province.device_web.server import DeviceServer, server_context
from province.errors import NoRoom
from province.store import blobs
from province.store.blobs import BUNDLES_KEPT
from sync.agent.blob_line import BlobAddress, BlobLine, Brought
from sync.contract.messages import Blob, Reply
from sync.contract.topics import UpName
from tests.province.device_client import DeviceClient
from tests.province.pictures import picture
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice

MOST = 100_000
BUNDLE = b"a bundle " * 5_000
SHA256 = hashlib.sha256(BUNDLE).hexdigest()


class SmallFolder(BlobFolder):
    """A disk that is full while `full`."""

    full = False

    def begin(self, sha256: str) -> BlobPart:
        if self.full:
            raise NoRoom("full")
        return super().begin(sha256)


class Listener:
    """The listener of a bench's province, and clients of it."""

    def __init__(self, bench: ProvinceBench, folder: Path) -> None:
        self.bench = bench
        self.folder = folder
        now = bench.clock.now().wall
        issued = bench.ca.issue_server(["localhost", "127.0.0.1"], now)
        for name, content in (
            ("ca.crt", bench.ca.pem[0]),
            ("server.crt", issued.certificate),
            ("server.key", issued.key),
        ):
            (folder / name).write_bytes(content)
        self.blobs = SmallFolder(bench.blobs.root)
        self.server = DeviceServer(
            make_device_app(bench.database, self.blobs, clock=bench.clock, most=MOST),
            host="127.0.0.1",
            port=0,
            context=server_context(
                ca=folder / "ca.crt", certificate=folder / "server.crt", key=folder / "server.key"
            ),
        )

    def client(self, certificate: bytes | None = None, key: bytes = b"") -> DeviceClient:
        if certificate is None:
            return DeviceClient(self.server.port, self.folder / "ca.crt")
        (self.folder / "client.crt").write_bytes(certificate)
        (self.folder / "client.key").write_bytes(key)
        return DeviceClient(
            self.server.port, self.folder / "ca.crt", self.folder / "client.crt", self.folder / "client.key"
        )

    def client_of(self, device: SimulatedDevice) -> DeviceClient:
        return self.client(device.certificate, device.key_pem)


@pytest.fixture
def clock() -> FakeClock:
    """At the machine's time, by which TLS judges certificates."""
    clock = FakeClock()
    clock.set_wall(datetime.now(UTC))
    return clock


@pytest.fixture
def listener(bench: ProvinceBench, tmp_path: Path) -> Iterator[Listener]:
    folder = tmp_path / "tls"
    folder.mkdir()
    listener = Listener(bench, folder)
    listener.server.start()
    yield listener
    listener.server.stop(30)
    assert not listener.server.serving


def asked(bench: ProvinceBench, device: SimulatedDevice, content: bytes = BUNDLE) -> str:
    """The device was ordered to collect its logs and has announced `content`; the order."""
    order = bench.steering.order(device.name, "collect_logs", {})
    blob = Blob(sha256=hashlib.sha256(content).hexdigest(), size=len(content))
    reply = Reply(outcome="done", order=order, blob=blob)
    bench.say(device, UpName.REPLY, device.wrap(reply, UpName.REPLY))
    return order


def kept(bench: ProvinceBench, device: SimulatedDevice) -> list[bool]:
    with bench.database.read() as connection:
        return [blob.kept_at is not None for blob in blobs.bundles(connection, device.name)]


def files(bench: ProvinceBench) -> list[str]:
    return sorted(file.name for file in bench.blobs.root.iterdir())


def until(is_so: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline_s, "it did not happen"
        time.sleep(0.01)


def test_a_bundle_that_was_asked_for_is_taken_once_and_again(
    bench: ProvinceBench, device: SimulatedDevice, listener: Listener
) -> None:
    asked(bench, device)
    client = listener.client_of(device)
    assert client.ask("PUT", SHA256, BUNDLE) == 201
    assert (bench.blobs.read(SHA256), kept(bench, device)) == (BUNDLE, [True])
    assert client.ask("PUT", SHA256, BUNDLE) == 200
    assert client.ask("PUT", SHA256, BUNDLE, chunked=True) == 200
    assert client.ask("GET", SHA256) == 404  # it came up; nothing sends it down again


def test_what_nobody_asked_for_is_not_taken(
    bench: ProvinceBench, device: SimulatedDevice, listener: Listener
) -> None:
    other = bench.registered("dev-002", window="W08")
    asked(bench, other)
    client = listener.client_of(device)
    assert client.ask("PUT", SHA256, BUNDLE) == 409
    assert client.ask("PUT", "not-a-hash", BUNDLE) == 409
    assert files(bench) == []


def test_a_bundle_is_announced_once_for_each_order(bench: ProvinceBench, device: SimulatedDevice) -> None:
    order = asked(bench, device)
    again = Reply(outcome="done", order=order, blob=Blob(sha256="0" * 64, size=5))
    bench.say(device, UpName.REPLY, device.wrap(again, UpName.REPLY))
    restart = bench.steering.order(device.name, "restart", {})
    wrong = Reply(outcome="done", order=restart, blob=Blob(sha256="1" * 64, size=5))
    bench.say(device, UpName.REPLY, device.wrap(wrong, UpName.REPLY))
    with bench.database.read() as connection:
        assert [blob.sha256 for blob in blobs.bundles(connection, device.name)] == [SHA256]


def test_the_oldest_bundles_are_let_go(bench: ProvinceBench, device: SimulatedDevice) -> None:
    for number in range(BUNDLES_KEPT + 2):
        asked(bench, device, b"%d" % number)
        bench.clock.advance(1_000)
    with bench.database.read() as connection:
        held = [blob.sha256 for blob in blobs.bundles(connection, device.name)]
    assert held == [hashlib.sha256(b"%d" % n).hexdigest() for n in range(BUNDLES_KEPT + 1, 1, -1)]


def test_a_bundle_too_large_is_refused_before_it_is_read(
    bench: ProvinceBench, device: SimulatedDevice, listener: Listener
) -> None:
    asked(bench, device, bytes(MOST + 1))
    sha256 = hashlib.sha256(bytes(MOST + 1)).hexdigest()
    with listener.client_of(device).begin(sha256, length=MOST + 1) as line:
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")
    assert bench.alarm_codes() == ["blob_refused"]


def test_a_bundle_that_turns_out_too_large_is_refused_while_it_is_read(
    bench: ProvinceBench, device: SimulatedDevice, listener: Listener
) -> None:
    asked(bench, device)
    client = listener.client_of(device)
    assert client.ask("PUT", SHA256, BUNDLE + b"and more", chunked=True) == 413
    assert (files(bench), kept(bench, device)) == ([], [False])
    assert client.ask("PUT", SHA256, BUNDLE + b"and more") == 422
    assert client.ask("PUT", SHA256, BUNDLE, chunked=True) == 201


def test_other_bytes_than_the_name_says_are_refused(
    bench: ProvinceBench, device: SimulatedDevice, listener: Listener
) -> None:
    asked(bench, device)
    client = listener.client_of(device)
    assert client.ask("PUT", SHA256, BUNDLE[:-1] + b"?") == 422
    assert (files(bench), kept(bench, device), bench.alarm_codes()) == ([], [False], ["blob_refused"])
    assert client.ask("PUT", SHA256, BUNDLE) == 201


def test_of_an_interrupted_transfer_nothing_is_left(
    bench: ProvinceBench, device: SimulatedDevice, listener: Listener
) -> None:
    asked(bench, device)
    client = listener.client_of(device)
    line = client.begin(SHA256, length=len(BUNDLE), body=BUNDLE[:20_000])
    until(lambda: len(files(bench)) == 1)
    line.close()
    until(lambda: files(bench) == [])
    assert kept(bench, device) == [False]
    assert client.ask("PUT", SHA256, BUNDLE) == 201


def test_a_full_disk_is_said_and_the_bundle_taken_later(
    bench: ProvinceBench, device: SimulatedDevice, listener: Listener
) -> None:
    asked(bench, device)
    client = listener.client_of(device)
    listener.blobs.full = True
    assert client.ask("PUT", SHA256, BUNDLE) == 507
    assert (files(bench), kept(bench, device)) == ([], [False])
    listener.blobs.full = False
    assert client.ask("PUT", SHA256, BUNDLE) == 201


def test_a_picture_is_given_to_the_devices_it_is_meant_for(
    bench: ProvinceBench, device: SimulatedDevice, listener: Listener
) -> None:
    other = bench.registered("dev-002", window="W08")
    sha256 = bench.steering.keep_photo(picture())
    bench.steering.change_settings(device.name, {"clerk.C0231": "王芳", "clerk.C0231.photo": sha256})
    assert listener.client_of(device).asked("GET", sha256) == (200, bench.blobs.read(sha256))
    assert listener.client_of(other).ask("GET", sha256) == 404
    assert listener.client_of(device).ask("PUT", sha256, picture()) == 409
    bench.steering.change_settings(device.name, {"clerk.C0231.photo": ""})
    assert listener.client_of(device).ask("GET", sha256) == 404


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_without_a_certificate_nothing_is_given_or_taken(
    bench: ProvinceBench, device: SimulatedDevice, listener: Listener, method: str
) -> None:
    asked(bench, device)
    assert listener.client().ask(method, SHA256, b"x" if method == "PUT" else None) == 401


def test_a_certificate_of_another_ca_ends_the_connection(
    bench: ProvinceBench, device: SimulatedDevice, listener: Listener
) -> None:
    foreign = CertificateAuthority.make(bench.clock.now().wall)
    certificate = certificate_pem(foreign.sign_device(device.request(), bench.clock.now().wall))
    client = listener.client(certificate, device.key_pem)
    with pytest.raises((ssl.SSLError, ConnectionError)):
        client.ask("GET", SHA256)
    assert listener.client_of(device).ask("GET", SHA256) == 404  # the listener goes on


def test_the_certificate_of_a_server_is_none_of_a_device(bench: ProvinceBench, listener: Listener) -> None:
    issued = bench.ca.issue_server(["dev-001"], bench.clock.now().wall)
    with pytest.raises((ssl.SSLError, ConnectionError)):
        listener.client(issued.certificate, issued.key).ask("GET", SHA256)


def test_a_certificate_of_nobody_registered_is_turned_away_and_alarmed(
    bench: ProvinceBench, listener: Listener
) -> None:
    stranger = SimulatedDevice("dev-009", bench.clock.now().wall)
    now = bench.clock.now().wall
    stranger.certificate = certificate_pem(bench.ca.sign_device(stranger.request(), now))
    assert listener.client_of(stranger).ask("GET", SHA256) == 403
    own = bench.ca.issue_client("province", now)
    assert listener.client(own.certificate, own.key).ask("GET", SHA256) == 403
    assert bench.alarm_codes() == ["unknown_device", "unknown_device"]


def test_a_certificate_with_another_key_than_the_registered_one_is_turned_away(
    bench: ProvinceBench, device: SimulatedDevice, listener: Listener
) -> None:
    asked(bench, device)
    twin = SimulatedDevice(device.name, bench.clock.now().wall)
    twin.certificate = certificate_pem(bench.ca.sign_device(twin.request(), bench.clock.now().wall))
    assert listener.client_of(twin).ask("PUT", SHA256, BUNDLE) == 403
    assert files(bench) == []


@pytest.mark.parametrize(("path", "status"), [("x/y", b"404"), ("", b"404"), ("..%2f..%2fca.key", b"404")])
def test_other_paths_are_not_there(
    device: SimulatedDevice, listener: Listener, path: str, status: bytes
) -> None:
    with listener.client_of(device).connect() as line:
        line.sendall(f"GET /device/v1/blobs/{path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode("ascii"))
        assert line.recv(100).split()[1] == status


def test_other_methods_are_not_allowed(device: SimulatedDevice, listener: Listener) -> None:
    assert listener.client_of(device).ask("DELETE", SHA256) == 405


def test_the_agents_own_line_brings_and_fetches_over_it(
    bench: ProvinceBench, device: SimulatedDevice, listener: Listener
) -> None:
    asked(bench, device)
    listener.client_of(device)  # writes the files
    line = BlobLine(
        BlobAddress(
            host="127.0.0.1",
            port=listener.server.port,
            server_name="localhost",
            ca=listener.folder / "ca.crt",
            certificate=listener.folder / "client.crt",
            key=listener.folder / "client.key",
        ),
        mono_ms=bench.clock.mono_ms,
    )
    listener.blobs.full = True
    with pytest.raises(SyncError, match="answers 507"):
        line.bring(SHA256, BUNDLE)
    listener.blobs.full = False
    assert line.bring(SHA256, BUNDLE) is Brought.TAKEN
    assert line.bring(SHA256, BUNDLE) is Brought.TAKEN
    assert line.bring("0" * 64, BUNDLE) is Brought.NOT_ASKED
    sha256 = bench.steering.keep_photo(picture())
    size = bench.blobs.size(sha256) or 0
    with pytest.raises(SyncError, match="answers 404"):
        line.fetch(sha256, size)
    bench.steering.change_settings(device.name, {"clerk.C0231": "王芳", "clerk.C0231.photo": sha256})
    assert line.fetch(sha256, size) == bench.blobs.read(sha256)
