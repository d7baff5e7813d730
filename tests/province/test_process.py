"""The province as a process: on a real broker, killed and started again."""

from __future__ import annotations

import http.cookiejar
import json
import queue
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from province.folder import ProvinceFolder
from sync.contract import topics
from sync.contract.keys import PublicKey, SigningKey, open_key_set
from sync.contract.messages import Receipt
from sync.contract.topics import DownName, UpName
from sync.mqtt import Received
from tests.patience import PATIENCE_S
from tests.ports import free_port
from tests.province.province_process import OPENER, Province
from tests.province.real_broker import Client, running_broker, settings_of
from tests.province.simulated_device import SimulatedDevice, open_receipt


@pytest.fixture
def province(tmp_path: Path) -> Iterator[Province]:
    made = Province(tmp_path / "province")
    ports = {"mqtt_port": made.mqtt_port, "worker_port": made.worker_port, "web_port": made.web_port}
    ProvinceFolder(made.folder).make(host="127.0.0.1", now=datetime.now(UTC), **ports)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop(signal.SIGKILL)


def exchange(client: Client, device: SimulatedDevice, out: Path, name: UpName, payload: bytes) -> Receipt:
    """Publish until a receipt comes, as a device does: the province may not be connected yet."""
    root = PublicKey.from_certificate((out / "ca.crt").read_bytes())
    keys = open_key_set((out / "keys.jws").read_text(), root)
    deadline_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline_s:
        client.link.publish(topics.up(device.name, name), payload)
        try:
            event = client.next(Received, 0.3)
        except queue.Empty:
            continue
        assert isinstance(event, Received)
        assert event.topic == topics.down(device.name, DownName.RECEIPT)
        return open_receipt(device, event.payload, keys)
    raise AssertionError("no receipt came")


def test_rows_reach_the_api_over_a_real_broker_and_survive_kill_9(province: Province) -> None:
    device = SimulatedDevice("dev-001", datetime.now(UTC))
    out = province.add(device)
    for level in (5, 4, 2):
        device.rate(level)
    settings = settings_of(
        province.folder, province.mqtt_port, device.name, out / "device.crt", out / "device.key"
    )
    with running_broker(province.folder, province.mqtt_port):
        province.start()
        with Client(settings, ["hcp/1/dev-001/down/receipt"]) as client:
            assert exchange(client, device, out, UpName.HELLO, device.hello()).through == 0
            assert exchange(client, device, out, UpName.RATINGS, device.ratings(1, 2)).through == 2
            assert province.stop(signal.SIGKILL) == -signal.SIGKILL
            province.start()
            assert exchange(client, device, out, UpName.RATINGS, device.ratings(1, 2)).through == 2
            receipt = exchange(client, device, out, UpName.RATINGS, device.ratings(3, 3))
            assert (receipt.through, receipt.session) == (3, device.session)
        held = province.get("/api/v1/ratings")["ratings"]
        assert [(r["seq"], r["level"]) for r in held] == [(1, 5), (2, 4), (3, 2)]
        assert province.get("/healthz") == {"status": "ok", "broker": "connected"}
        assert province.stop() == 0


def test_devices_are_added_and_logins_made_while_the_province_runs(province: Province) -> None:
    province.start()
    out = province.add(SimulatedDevice("dev-001", datetime.now(UTC)))
    assert sorted(p.name for p in out.iterdir()) == [
        "ca.crt",
        "device.crt",
        "device.csr",
        "device.key",
        "keys.jws",
    ]
    listed = province.command("devices", "list", "--config", province.config, "--json")
    assert [d["device"] for d in json.loads(listed.stdout)] == ["dev-001"]
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(jar)
    )
    url = province.command("login", "--config", province.config).stdout.strip()
    with browser.open(url, timeout=PATIENCE_S) as page:
        assert "dev-001" in page.read().decode()
    with pytest.raises(urllib.error.HTTPError) as refused:
        OPENER.open(url, timeout=PATIENCE_S)
    assert refused.value.code == 410
    refused.value.close()
    assert province.stop(signal.SIGINT) == 0


def test_without_a_broker_the_page_answers_and_one_line_of_each_worker_says_so(province: Province) -> None:
    province.start()
    assert province.get("/healthz")["broker"] == "away"
    assert province.stop() == 0
    lines = [line for line in (province.folder / "log").read_text().splitlines() if "broker" in line]
    assert sorted(line.split("worker=")[1][:8] for line in lines) == ["ingest-1", "ingest-2"]
    assert f"broker 127.0.0.1:{province.worker_port}: cannot be reached" in lines[0]


def test_a_second_process_on_the_same_database_is_refused(province: Province) -> None:
    province.start()
    second = province.command("run", "--config", province.config)
    assert second.returncode == 74
    assert "another province process has it" in second.stderr


def test_a_taken_port_ends_the_process_with_one_line(province: Province) -> None:
    with socket.create_server(("127.0.0.1", province.web_port)):
        done = province.command("run", "--config", province.config)
    assert done.returncode == 69
    assert done.stderr.startswith(f"web: cannot listen on 127.0.0.1 port {province.web_port}")


def test_a_wrong_configuration_is_exit_78_with_every_fault(province: Province) -> None:
    text = province.config.read_text()
    province.config.write_text(
        text.replace("[ingest]", "[ingest]\nretry_mots_s = 1\n").replace("signing.key", "none")
    )
    done = province.command("check", "--config", province.config)
    assert done.returncode == 78
    unknown, missing = done.stderr.splitlines()
    assert "ingest.retry_mots_s: unknown key (its value: 1); did you mean ingest.retry_most_s?" in unknown
    assert "signing.key" in missing


def test_init_again_keeps_all_but_the_ports(province: Province) -> None:
    kept = {p: p.read_bytes() for p in province.folder.rglob("*") if p.suffix in {".key", ".crt", ".jws"}}
    token = (province.folder / "token").read_text()
    province.config.write_text(
        province.config.read_text().replace("[ingest]\n", "[ingest]\nretry_most_s = 2\n")
    )
    province.mqtt_port, province.worker_port, province.web_port = free_port(), free_port(), free_port()
    province.init()
    assert {p: p.read_bytes() for p in kept} == kept
    assert (province.folder / "token").read_text() == token
    text = province.config.read_text()
    assert f"port = {province.worker_port}\n" in text
    assert f"port = {province.web_port}\n" in text
    assert "\nretry_most_s = 2\n" in text
    assert (
        f"listener {province.mqtt_port} 127.0.0.1\n"
        in (province.folder / "broker" / "mosquitto.conf").read_text()
    )


def test_secrets_are_for_their_owner_alone(province: Province) -> None:
    province.init()
    secret = ["token", "signing.key", "client.key", "ca/ca.key", "broker/broker.key", "province.db"]
    assert [oct((province.folder / name).stat().st_mode & 0o777) for name in secret] == ["0o600"] * len(
        secret
    )


def test_an_id_that_is_taken_by_another_key_is_refused(province: Province) -> None:
    province.add(SimulatedDevice("dev-001", datetime.now(UTC)))
    impostor = SimulatedDevice("dev-001", datetime.now(UTC))
    request = province.folder / "impostor.csr"
    request.write_bytes(impostor.request())
    out = province.folder / "impostor"
    done = province.command(
        *("devices", "add", "--config", province.config, "--csr", request),
        *("--window", "W07", "--assignment", "1", "--out", out),
    )
    assert done.returncode == 1
    assert done.stderr.startswith("device dev-001 or its key is registered already")
    assert not out.exists()


def test_the_key_set_is_signed_by_the_root(province: Province) -> None:
    root = PublicKey.from_certificate((province.folder / "ca" / "ca.crt").read_bytes())
    signing = SigningKey.load(province.folder / "signing.key")
    keys = open_key_set((province.folder / "keys.jws").read_text(), root)
    assert keys.get(signing.kid) == signing.public
