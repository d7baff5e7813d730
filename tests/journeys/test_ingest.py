"""The province's receiving end in real processes: a broker with both listeners, workers, commands."""

from __future__ import annotations

import json
import queue
import select
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from bench.postgres import Postgres
from sync.contract.topics import UpName
from sync.mqtt import LinkSettings
from tests.patience import PATIENCE_S, until
from tests.province.carrier import Carrier
from tests.province.province_process import Province
from tests.province.real_broker import running_broker, settings_of
from tests.province.simulated_device import SimulatedDevice, handling, rating_row

pytestmark = pytest.mark.first


class Place:
    """A province whose processes run, and devices of it."""

    def __init__(self, folder: Path) -> None:
        self.province = Province(folder)
        self.province.init()

    def device(self, name: str) -> tuple[SimulatedDevice, Carrier]:
        device = SimulatedDevice(name, datetime.now(UTC))
        identity = self.province.add(device)
        return device, Carrier(device, self.settings(name, identity), identity)

    def settings(self, name: str, identity: Path) -> LinkSettings:
        files = identity / "device.crt", identity / "device.key"
        return settings_of(self.province.folder, self.province.mqtt_port, name, *files)

    def held(self, device: SimulatedDevice) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        after = ""
        while True:
            page = self.province.get(f"/api/v1/ratings?device={device.name}&limit=1000{after}")
            found += page["ratings"]
            if page["next"] is None:
                return found
            after = f"&after={page['next']}"

    def use(self, url: str) -> None:
        """Another database."""
        config = self.province.config
        config.write_text(config.read_text().replace("sqlite:///province.db", url))

    @contextmanager
    def running(self) -> Iterator[None]:
        with running_broker(self.province.folder, self.province.mqtt_port):
            self.province.start()
            try:
                until(self.is_connected, what="every worker at the broker")
                yield
            finally:
                assert self.province.stop() == 0

    def is_connected(self) -> bool:
        log = (self.province.folder / "log").read_text()
        return all(f"broker here worker=ingest-{number}" in log for number in (1, 2))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path / "province")
    yield made
    process = made.province.process
    if process is not None and process.poll() is None:
        made.province.stop(signal.SIGKILL)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    server.start()
    yield server
    server.stop()


def test_a_quarantined_batch_blocks_nothing_and_is_admitted_by_a_named_person(place: Place) -> None:
    device, carrier = place.device("dev-001")
    for _ in range(3):
        device.rate()
    with place.running(), carrier:
        assert carrier.hello().through == 0
        carrier.carry(rows=2)
        fork = device.log.forked_at(2)
        fork.append(rating_row(at=device.at))
        fork.append(rating_row(2, at=device.at, handling=handling("p4")))
        fork.append(rating_row(at=device.at))
        answer = carrier.ask(UpName.RATINGS, device.ratings(3, 4, fork))
        assert (answer.status, answer.through, answer.head) == ("quarantined", 4, fork.rows[3].hash)
        assert carrier.ask(UpName.RATINGS, device.ratings(5, 5, fork)).through == 5
        assert [r["seq"] for r in place.held(device)] == [1, 2, 3, 5]

        province, log = place.province, device.log.log_id
        config = ("--config", province.config)
        listed = province.command("quarantine", "list", *config, "--json")
        (batch,) = json.loads(listed.stdout)["batches"]
        assert (batch["log_id"], batch["first"], batch["last"]) == (log, 3, 4)
        rows = ("--log", log, "--to", 4, "--by", "王主任", *config)
        refused = province.command("admit", *rows, "--from", 3)
        assert refused.returncode == 1
        assert "row 3 of log" in refused.stderr
        done = province.command("admit", *rows, "--from", 4)
        assert (done.returncode, done.stdout) == (0, "1 rows admitted\n"), done.stderr
        assert [(r["seq"], r["counted"]) for r in place.held(device)] == [
            (seq, True) for seq in (1, 2, 3, 4, 5)
        ]
        assert "王主任" in province.command("quarantine", "list", *config).stdout


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_two_workers_on_one_log_hold_every_row_once(
    place: Place, store: str, request: pytest.FixtureRequest
) -> None:
    if store == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        server.empty()
        place.use(server.url)
    device, carrier = place.device("dev-001")
    for _ in range(400):
        device.rate()
    with place.running(), carrier:
        assert place.province.process is not None
        beside = psutil.Process(place.province.process.pid).children()
        assert len(beside) == (1 if store == "postgresql" else 0)
        assert carrier.hello().through == 0
        carrier.carry(rows=7)
        held = place.held(device)
        assert [(r["seq"], r["hash"]) for r in held] == [(r.seq, r.hash) for r in device.log.rows]
        assert all(r["counted"] for r in held)
        assert place.province.get("/api/v1/alarms")["alarms"] == []
    assert not any(child.is_running() for child in beside)


def test_a_worker_process_that_is_killed_ends_the_province_for_its_manager_to_restart(
    place: Place, postgres: Postgres
) -> None:
    postgres.empty()
    place.use(postgres.url)
    place.province.start()
    assert place.province.process is not None
    (worker,) = psutil.Process(place.province.process.pid).children()
    worker.kill()
    assert place.province.process.wait(PATIENCE_S) == 1


def test_a_province_that_is_killed_takes_its_worker_processes_with_it(
    place: Place, postgres: Postgres
) -> None:
    postgres.empty()
    place.use(postgres.url)
    place.province.start()
    assert place.province.process is not None
    (worker,) = psutil.Process(place.province.process.pid).children()
    place.province.stop(signal.SIGKILL)
    worker.wait(PATIENCE_S)


def test_a_wiped_broker_loses_nothing(place: Place) -> None:
    device, carrier = place.device("dev-001")
    for _ in range(60):
        device.rate()
    folder, port = place.province.folder, place.province.mqtt_port
    with running_broker(folder, port) as broker:
        place.province.start()
        until(place.is_connected, what="every worker at the broker")
        with carrier:
            assert carrier.hello().through == 0
            for first in range(1, 60, 10):  # handed to the broker, no receipt awaited
                carrier.client.link.publish(device.topic(UpName.RATINGS), device.ratings(first, first + 9))
            broker.kill()
            broker.wait(PATIENCE_S)
    assert list((folder / "broker").glob("*.db")) == []  # it keeps nothing that could be wiped
    (folder / "log").write_text("")
    with running_broker(folder, port):
        until(place.is_connected, what="every worker at the new broker")
        again = Carrier(
            device, place.settings("dev-001", folder / "devices" / "dev-001"), folder / "devices" / "dev-001"
        )
        with again:
            device.session = "after"
            answer = again.hello()
            assert answer.status == "ok"
            again.carry(rows=10, through=answer.through)
        assert [r["hash"] for r in place.held(device)] == [row.hash for row in device.log.rows]
    assert place.province.stop() == 0


def test_rows_without_a_clock_get_their_time_from_the_provinces(place: Place) -> None:
    device, carrier = place.device("dev-001")
    device.rate(
        5, at="1970-01-01T08:00:10.000+08:00", clock="unknown", flags=["clock_untrusted"], mono_ms=10_000
    )
    with place.running(), carrier:
        said_s = time.monotonic()
        hello = device.hello(clock="unknown", sent_at="1970-01-01T00:01:00.000Z", mono_ms=60_000)
        assert carrier.ask(UpName.HELLO, hello).status == "ok"
        carrier.carry(rows=1)
        (row,) = place.held(device)
        assert (row["counted"], row["marks"]) == (True, ["clock_untrusted"])
    with sqlite3.connect(place.province.folder / "province.db") as shell:
        corrected, day = shell.execute("SELECT at_corrected, day FROM ratings").fetchone()
    shell.close()
    late_s = (datetime.now(UTC) - datetime.fromisoformat(corrected)).total_seconds()
    assert 49 < late_s < 51 + time.monotonic() - said_s
    assert day == corrected[:10]


def test_an_auditor_with_a_foreign_client_sees_only_signed_messages(place: Place, tmp_path: Path) -> None:
    device, carrier = place.device("dev-001")
    device.rate(2, indicators=["207"])
    province = place.province
    done = province.command(
        "auditors", "add", "wang", "--config", province.config, "--out", tmp_path / "auditor"
    )
    assert (done.returncode, done.stdout) == (0, "audit-wang\n"), done.stderr
    files = tmp_path / "auditor"
    with place.running(), carrier:
        sub = subscribe(province.worker_port, files / "ca.crt", files / "auditor", "hcp/1/#")
        try:
            assert carrier.hello().through == 0
            carrier.carry(rows=1)
            lines = heard(sub, 4)
        finally:
            end(sub)
    topics = [line.split(" ")[0] for line in lines]
    assert sorted(topics) == sorted(
        [f"hcp/1/dev-001/{name}" for name in ("up/hello", "up/ratings", "down/receipt", "down/receipt")]
    )
    for line in lines:
        payload = line.split(" ")[1]
        assert payload.count(".") == 2
        assert payload.startswith("eyJ")  # a JWS: `{"…` in base64
        for secret in ("level", "207", "project_no"):
            assert secret not in payload


def test_a_device_with_a_foreign_client_hears_nothing_of_others(place: Place, tmp_path: Path) -> None:
    device, carrier = place.device("dev-001")
    place.device("dev-002")
    device.rate()
    ca = place.province.folder / "ca" / "ca.crt"
    stem = place.province.folder / "devices" / "dev-002" / "device"
    with place.running(), carrier:
        subs = [
            subscribe(port, ca, stem, "hcp/1/#", "-t", "$share/province/hcp/1/+/up/ratings")
            for port in (place.province.mqtt_port, place.province.worker_port)
        ]
        try:
            assert carrier.hello().through == 0
            carrier.carry(rows=1)
            for sub in subs:
                with pytest.raises(queue.Empty):
                    heard(sub, 1, within_s=1.0)
        finally:
            for sub in subs:
                end(sub)


def subscribe(port: int, ca: Path, stem: Path, *topics: str) -> subprocess.Popen[bytes]:
    """A running mosquitto_sub that has subscribed."""
    where = ("-h", "localhost", "-p", str(port), "-V", "mqttv5")
    who = ("--cafile", str(ca), "--cert", f"{stem}.crt", "--key", f"{stem}.key")
    sub = subprocess.Popen(
        ["stdbuf", "-oL", "mosquitto_sub", *where, *who, "-d", "-F", "heard %t %p", "-t", *topics],
        stdout=subprocess.PIPE,
        bufsize=0,  # select() sees what is there
    )
    while "SUBACK" not in next_line(sub, PATIENCE_S):
        pass
    return sub


def end(sub: subprocess.Popen[bytes]) -> None:
    sub.kill()
    sub.wait(PATIENCE_S)
    assert sub.stdout is not None
    sub.stdout.close()


def next_line(sub: subprocess.Popen[bytes], within_s: float) -> str:
    """What it prints next. Raises queue.Empty."""
    assert sub.stdout is not None
    readable, _, _ = select.select([sub.stdout], [], [], max(0.0, within_s))
    if not readable:
        raise queue.Empty
    line = sub.stdout.readline()
    assert line, "mosquitto_sub ended"
    return line.decode()


def heard(sub: subprocess.Popen[bytes], number: int, within_s: float = PATIENCE_S) -> list[str]:
    """The first `number` messages, as `topic payload`. Raises queue.Empty."""
    found: list[str] = []
    deadline_s = time.monotonic() + within_s
    while len(found) < number:
        line = next_line(sub, deadline_s - time.monotonic())
        if line.startswith("heard "):
            found.append(line.removeprefix("heard ").strip())
    return found
