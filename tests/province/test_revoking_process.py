"""Shutting a device out by command, beside the running province, on its real broker."""

from __future__ import annotations

import json
import queue
import secrets
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device.errors import SyncError
from sync.contract import topics
from sync.contract.keys import PublicKey, open_key_set
from sync.contract.messages import Receipt
from sync.contract.topics import DownName, UpName
from sync.mqtt import Disconnected, LinkSettings, Received
from tests.patience import PATIENCE_S
from tests.province.device_client import DeviceClient
from tests.province.province_process import Province
from tests.province.real_broker import Client, running_broker, settings_of
from tests.province.simulated_device import SimulatedDevice, open_receipt


class Box:
    """A device at its window: its protocol, its certificate, its line to the broker."""

    def __init__(self, province: Province, device: SimulatedDevice, out: Path) -> None:
        self.device, self.out = device, out
        files = out / "device.crt", out / "device.key"
        self.settings: LinkSettings = settings_of(province.folder, province.mqtt_port, device.name, *files)

    def client(self) -> Client:
        return Client(self.settings, [topics.down(self.device.name, DownName.RECEIPT)])

    def exchange(self, client: Client, name: UpName, payload: bytes) -> Receipt:
        """Publish until a receipt comes: the province may not be connected yet."""
        root = PublicKey.from_certificate((self.out / "ca.crt").read_bytes())
        keys = open_key_set((self.out / "keys.jws").read_text(), root)
        deadline_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline_s:
            client.link.publish(topics.up(self.device.name, name), payload)
            try:
                event = client.next(Received, 0.3)
            except queue.Empty:
                continue
            assert isinstance(event, Received)
            return open_receipt(self.device, event.payload, keys)
        raise AssertionError("no receipt came")


@pytest.fixture
def province(tmp_path: Path) -> Iterator[Province]:
    made = Province(tmp_path / "province")
    made.init()
    with running_broker(made.folder, made.mqtt_port):
        made.start()
        yield made
        assert made.process is not None
        if made.process.poll() is None:
            made.stop(signal.SIGKILL)


def registered(province: Province, name: str) -> Box:
    device = SimulatedDevice(name, datetime.now(UTC))
    return Box(province, device, province.add(device))


def entry_of(province: Province, name: str) -> dict[str, object]:
    (found,) = (one for one in province.get("/api/v1/devices")["devices"] if one["device"] == name)
    return dict(found)


def test_a_stolen_device_is_off_within_seconds_and_its_last_rows_are_kept(province: Province) -> None:
    stolen, other = registered(province, "dev-001"), registered(province, "dev-002")
    how = ("--config", str(province.config), "--why", "被盗", "--by", "王", "--lang", "en")
    with stolen.client() as line, other.client() as beside:
        stolen.device.rate(2)
        stolen.exchange(line, UpName.HELLO, stolen.device.hello())
        assert stolen.exchange(line, UpName.RATINGS, stolen.device.ratings(1, 1)).through == 1
        other.exchange(beside, UpName.HELLO, other.device.hello())

        tried = province.command("devices", "revoke", "dev-001", *how, "--dry-run")
        assert tried.stdout.startswith("Device dev-001 will be shut out (window W07, ")
        assert "1 rows held here stay" in tried.stdout
        assert entry_of(province, "dev-001")["revoked_at"] is None
        asked = province.command("devices", "revoke", "dev-001", *how)
        assert (asked.returncode, "Go on?" in asked.stderr) == (1, True)
        assert entry_of(province, "dev-001")["revoked_at"] is None

        done = province.command("devices", "revoke", "dev-001", *how, "--yes")
        assert (done.returncode, done.stdout, done.stderr) == (0, "Device dev-001 is shut out.\n", "")
        line.next(Disconnected)
        with pytest.raises(SyncError, match="has shut this client out"), stolen.client():
            pass
        other.device.rate(5)
        assert other.exchange(beside, UpName.RATINGS, other.device.ratings(1, 1)).through == 1
    found = entry_of(province, "dev-001")
    assert (found["revoked_why"], found["online"]) == ("被盗", False)
    rows = province.get("/api/v1/ratings?device=dev-001")["ratings"]
    assert [(row["seq"], row["level"], row["counted"]) for row in rows] == [(1, 2, True)]
    files = stolen.out / "device.crt", stolen.out / "device.key"
    https = DeviceClient(province.device_port, province.folder / "ca" / "ca.crt", *files)
    status, body = https.asked("GET", "0" * 64)
    assert (status, json.loads(body)["error"]) == (403, "revoked")

    back = province.command("devices", "reinstate", "dev-001", *how, "--yes", "--json")
    assert json.loads(back.stdout)["left"] == []
    with stolen.client() as line:
        assert stolen.exchange(line, UpName.HELLO, stolen.device.hello()).status == "ok"


def test_one_card_in_two_boxes_is_alarmed(province: Province) -> None:
    box = registered(province, "dev-001")
    for boot in ("a" * 32, "b" * 32, "a" * 32):  # each comes when the other was thrown off the line
        box.device.session, box.device.at = secrets.token_hex(8), datetime.now(UTC)
        with box.client() as line:
            box.exchange(line, UpName.HELLO, box.device.hello(boot=boot))
    alarms = province.get("/api/v1/alarms")["alarms"]
    assert [(alarm["code"], alarm["device"]) for alarm in alarms] == [("two_boots", "dev-001")]
