"""The office's commands for technicians, while the province runs and while it does not."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from province.folder import ProvinceFolder
from tests.province.province_process import Province
from tests.province.rescue.cards import fill
from tests.province.simulated_device import SimulatedDevice
from tests.provisioning.console import Done, chuangping_here


@pytest.fixture
def province(tmp_path: Path) -> Iterator[Province]:
    made = Province(tmp_path / "province")
    ports = {
        "mqtt_port": made.mqtt_port,
        "worker_port": made.worker_port,
        "web_port": made.web_port,
        "device_port": made.device_port,
    }
    ProvinceFolder(made.folder).make(host="127.0.0.1", now=datetime.now(UTC), **ports)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop(signal.SIGKILL)


def add(province: Province, name: str, out: Path) -> Path:
    done = province.command("technicians", "add", name, "--config", province.config, "--out", out)
    assert (done.returncode, done.stdout) == (0, f"{name}\n"), done.stderr
    return out / "technician.pem"


def names(province: Province) -> dict[str, bool]:
    """By name, whether a technician may act."""
    done = province.command("technicians", "list", "--config", province.config, "--json")
    return {one["name"]: one["disabled_at"] is None for one in json.loads(done.stdout)}


def card_of(province: Province, name: str, root: Path) -> Path:
    """The card of a registered device whose ledger has nine rows."""
    province.add(SimulatedDevice(name, datetime.now(UTC)))
    (root / "device").mkdir(parents=True)
    (root / "device.toml").write_text(f'kind = "device"\n[device]\nid = "{name}"\nfolder = "device"\n')
    fill(root / "device", 1, 9).close()
    return root


def rescue(card: Path, pem: Path, *more: str) -> Done:
    return chuangping_here("rescue", card, "--technician", pem, "--yes", "--json", "--lang", "en", *more)


def test_technicians_are_made_and_disabled_while_the_province_runs_and_while_it_does_not(
    province: Province, tmp_path: Path
) -> None:
    pem = add(province, "zhang", tmp_path / "zhang")
    assert pem.stat().st_mode & 0o777 == 0o600
    again = province.command(
        *("technicians", "add", "zhang", "--config", province.config, "--out", tmp_path / "zhang"),
        *("--lang", "en"),
    )
    assert (again.returncode, "is there already" in again.stderr) == (1, True)
    wrong = province.command(
        "technicians", "add", "a/b", "--config", province.config, "--out", tmp_path, "--lang", "en"
    )
    assert (wrong.returncode, "cannot name a technician" in wrong.stderr) == (1, True)
    province.start()
    add(province, "li", tmp_path / "li")
    taken = province.command(
        *("technicians", "add", "li", "--config", province.config, "--out", tmp_path / "other"),
        *("--lang", "en"),
    )
    assert (taken.returncode, (tmp_path / "other").exists()) == (1, False)
    assert "there is a technician li already" in taken.stderr
    assert names(province) == {"li": True, "zhang": True}
    assert province.command("technicians", "disable", "li", "--config", province.config).returncode == 0
    assert [t["name"] for t in province.get("/api/v1/technicians")["technicians"]] == ["li", "zhang"]
    assert province.stop() == 0
    assert province.command("technicians", "disable", "zhang", "--config", province.config).returncode == 0
    assert names(province) == {"li": False, "zhang": False}


@pytest.mark.parametrize("running", [True, False])
def test_a_rescue_that_comes_to_the_office_as_a_file_is_taken_once(
    province: Province, tmp_path: Path, *, running: bool
) -> None:
    pem = add(province, "zhang", tmp_path / "stick")
    card = card_of(province, "dev-001", tmp_path / "card")
    file = tmp_path / "stick" / "rescue.json"
    assert rescue(card, pem, "--out", str(file)).returncode == 0
    if running:
        province.start()
    for rows in (9, 0):
        done = province.command("rescue", "take", file, "--config", province.config, "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == {"device": "dev-001", "rows": rows, "aside": 0, "blobs": 0}
    listed = province.command("rescue", "list", "--config", province.config, "--json")
    (note,) = json.loads(listed.stdout)
    assert (note["technician"], note["device"], note["rows"]) == ("zhang", "dev-001", 9)
    file.write_text('{"version": 2, "device": "dev-001", "statements": []}')
    newer = province.command("rescue", "take", file, "--config", province.config)
    assert (newer.returncode, "version is 2" in newer.stderr) == (1, True)


def test_a_box_is_moved_and_decommissioned_by_a_province_that_runs(
    province: Province, tmp_path: Path
) -> None:
    pem = add(province, "zhang", tmp_path / "stick")
    identity = province.add(SimulatedDevice("dev-001", datetime.now(UTC)))
    for window in ("W07", "W08"):
        done = province.command("windows", "place", window, "--hall", "north", "--config", province.config)
        assert done.returncode == 0, done.stderr
    box = tmp_path / "box"
    (box / "device").mkdir(parents=True)
    fill(box / "device", 1, 2).close()
    paths = {"key": "device.key", "root": "ca.crt", "key_set": "keys.jws"}
    at = {name: json.dumps(str(identity / file)) for name, file in paths.items()}
    (box / "sync.toml").write_text(
        'kind = "sync"\n[device]\nid = "dev-001"\nfolder = "device"\n[sync]\ndatabase = "sync.db"\n'
        f"[broker]\nkey = {at['key']}\n[province]\nroot = {at['root']}\nkey_set = {at['key_set']}\n"
        f'url = "https://127.0.0.1:{province.device_port}"\n'
    )
    own = ("--dir", box, "--technician", pem, "--yes", "--json")
    province.start()
    moved = chuangping_here("move", "--to", "W08", *own)
    assert moved.returncode == 0, moved.stderr
    assert json.loads(moved.stdout)["assignment"] == 2
    assert province.get("/api/v1/devices")["devices"][0]["window"] == "W08"
    assert chuangping_here("decommission", *own).returncode == 1
    ended = chuangping_here("decommission", "--lose", "2", *own)
    assert ended.returncode == 0, ended.stderr
    assert not (identity / "device.key").exists()
    assert province.get("/api/v1/devices")["devices"][0]["window"] is None
