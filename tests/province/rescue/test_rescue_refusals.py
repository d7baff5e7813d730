"""What `chuangping rescue` refuses, in one sentence, with everything left as it is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from province.ca import CertificateAuthority
from sync.contract.rescue_file import read_rescue_file
from tests.province.province_bench import ProvinceBench
from tests.province.rescue.cards import files, fill, rescue, said
from tests.province.simulated_device import SimulatedDevice
from tests.province.technician import office_of
from tests.province.technician_site import TechnicianSite
from tests.provisioning.console import COMMAND


def test_the_card_of_another_device_is_refused_before_anything_is_sent(
    bench: ProvinceBench, device: SimulatedDevice, site: TechnicianSite, pem: Path, card: Path
) -> None:
    fill(site.box(device, card), 1, 2).close()
    assert said(rescue(card, pem, "--yes"))["rows"] == 2
    other = bench.registered("dev-002", window="W08")
    folder = site.box(other, card.parent / "other")
    shutil.copy(card / "var/lib/chuangping/ratings.db", folder)
    done = rescue(card.parent / "other", pem, "--yes")
    assert done.returncode == 1
    assert "belongs to device dev-001, not to dev-002" in done.stderr


def test_a_technician_who_may_act_no_more_is_told_so(
    bench: ProvinceBench, device: SimulatedDevice, site: TechnicianSite, pem: Path, card: Path
) -> None:
    fill(site.box(device, card), 1, 2).close()
    office_of(bench).disable("zhang")
    done = rescue(card, pem, "--yes")
    assert (done.returncode, bench.stored()) == (1, [])
    assert "Technician zhang may act no more" in done.stderr


def test_without_the_province_it_is_exit_69_and_the_file_for_the_office_does_it(
    bench: ProvinceBench, device: SimulatedDevice, site: TechnicianSite, pem: Path, card: Path
) -> None:
    fill(site.box(device, card), 1, 700).close()
    away = rescue(card, pem, "--yes", "--url", "https://127.0.0.1:1")
    assert away.returncode == 69
    assert "does not answer" in away.stderr
    out = card.parent / "stick" / "rescue.json"
    out.parent.mkdir()
    said(rescue(card, pem, "--out", str(out)))
    assert (out.stat().st_mode & 0o777) == 0o600
    file = read_rescue_file(out.read_bytes())
    assert file.device == device.name
    assert len(file.statements) > 1
    assert sum(office_of(bench).take(statement).rows for statement in file.statements) == 700
    assert sum(office_of(bench).take(statement).rows for statement in file.statements) == 0
    assert said(rescue(card, pem, "--yes"))["rows"] == 0


def test_no_room_for_the_copy_is_told_and_the_card_left_as_it_is(
    device: SimulatedDevice, site: TechnicianSite, pem: Path, card: Path
) -> None:
    fill(site.box(device, card), 1, 60).close()
    before = files(card)
    command = [*COMMAND, "rescue", str(card), "--technician", str(pem), "--yes", "--lang", "en"]
    done = subprocess.run(
        ["prlimit", "--fsize=20000", *command], capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 74
    assert b"cannot be copied to this machine (File too large)" in done.stderr
    assert files(card) == before


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (shutil.rmtree, "no_card"),
        (lambda card: (card / "var/lib/chuangping/ratings.db").unlink(), "no_ledger"),
        (lambda card: (card / "var/lib/chuangping/ratings.db").write_bytes(b"x" * 9000), "nothing_readable"),
    ],
)
def test_what_is_no_card_is_told_in_one_sentence(
    folder: Path, pem: Path, card: Path, spoil: Any, error: str
) -> None:
    fill(folder, 1, 2).close()
    spoil(card)
    done = rescue(card, pem, "--yes")
    assert (done.returncode, json.loads(done.stdout)["error"]) == (1, error)
    assert len(done.stderr.splitlines()) == 1


def test_a_card_that_points_to_this_machine_is_followed_nowhere(
    device: SimulatedDevice, site: TechnicianSite, pem: Path, card: Path
) -> None:
    folder = site.box(device, card)
    here = card.parent / "here"
    here.mkdir()
    fill(here, 1, 3).close()
    (folder / "ratings.db").symlink_to(here / "ratings.db")
    linked = rescue(card, pem, "--yes")
    assert (linked.returncode, json.loads(linked.stdout)["error"]) == (74, "unreadable")
    (folder / "ratings.db").unlink()
    config = card / "etc/chuangping/sync.toml"
    text = config.read_text()
    for pointing in (str(here), "../../../here"):
        config.write_text(text.replace("/var/lib/chuangping", pointing))
        assert json.loads(rescue(card, pem, "--yes").stdout)["error"] == "no_ledger"
    os.mkfifo(folder / "ratings.db-wal")
    shutil.copy(here / "ratings.db", folder)
    assert said(rescue(card, pem, "--dry-run"))["logs"][0]["rows"] == 3


def test_what_is_no_technicians_file_is_told(
    device: SimulatedDevice, site: TechnicianSite, card: Path
) -> None:
    fill(site.box(device, card), 1, 1).close()
    for file in (site.folder / "ca.crt", site.folder / "none.pem"):
        done = rescue(card, file, "--yes")
        assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)


def test_another_province_under_the_same_address_is_not_believed(
    bench: ProvinceBench, folder: Path, pem: Path, card: Path
) -> None:
    fill(folder, 1, 2).close()
    foreign = CertificateAuthority.make(bench.clock.now().wall)
    content = pem.read_bytes()
    pem.write_bytes(content.replace(bench.ca.pem[0], foreign.pem[0]))
    done = rescue(card, pem, "--yes")
    assert (done.returncode, json.loads(done.stdout)["error"]) == (1, "server_ca")
    assert bench.stored() == []
