"""Log bundles: what is in them, what is not, and that they fit."""

from __future__ import annotations

import io
import json
import os
import random
import re
import stat
import tarfile
from pathlib import Path
from typing import Any

import pytest

from device.clock import FakeClock
from device.errors import SyncError
from device.ledger.writer import Ledger
from sync.agent.bundle import SECRET, BundleMaker
from sync.agent.logs_source import FileLogs, JournalLogs, LogPart
from sync.contract.messages import BLOB_BYTES
from tests.device.ratings import ledger_with

SYNC_TOML = """\
kind = "sync"
[device]
id = "d-0001"
folder = "{folder}"
[sync]
database = "sync.db"
[broker]
host = "127.0.0.1"
key = "/secret/place/device.key"
colour = "a value nobody knows"
"""
DEVICE_TOML = """\
kind = "device"
[device]
id = "d-0001"
[counter]
token_file = "/secret/place/counter.token"
"""


class Site:
    """A device's folder with a ledger, its two configurations and its logs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data, self.logs = folder / "data", folder / "log"
        self.data.mkdir()
        self.logs.mkdir()
        (folder / "sync.toml").write_text(SYNC_TOML.format(folder=self.data))
        (folder / "device.toml").write_text(DEVICE_TOML)
        (self.logs / "device.log").write_text("INFO device started\n")
        (self.logs / "sync.log").write_text("INFO agent started\n")
        (self.logs / "province.log").write_text("INFO somebody else's\n")

    def ledger(self, rows: int) -> Ledger:
        return ledger_with(self.data / "ratings.db", rows)

    def maker(self, most: int = BLOB_BYTES) -> BundleMaker:
        return BundleMaker(
            device="d-0001",
            software="chuangping test",
            folder=self.data,
            sync_toml=self.folder / "sync.toml",
            logs=FileLogs(self.logs),
            clock=FakeClock(),
            most=most,
        )


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def unpacked(bundle: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(bundle), mode="r:gz") as tar:
        found = {}
        for entry in tar:
            content = tar.extractfile(entry)
            assert content is not None
            found[entry.name] = content.read()
    return found


def fact(bundle: bytes, name: str) -> Any:
    return json.loads(unpacked(bundle)[name])


def test_a_bundle_has_the_logs_the_condition_the_configuration_and_the_ledgers_figures(site: Site) -> None:
    site.ledger(7).close()
    bundle = site.maker().make()
    assert sorted(unpacked(bundle)) == [
        "bundle.json",
        "device.toml.json",
        "ledger.json",
        "logs/device.log",
        "logs/sync.log",
        "status.json",
        "sync.toml.json",
    ]
    assert unpacked(bundle)["logs/device.log"] == b"INFO device started\n"
    assert fact(bundle, "bundle.json")["device"] == "d-0001"
    assert fact(bundle, "status.json")["condition"]["disk_free"] > 0
    assert fact(bundle, "ledger.json") == {
        "rows_that_hold": 7,
        "floor_seq": 0,
        "head_seq": 7,
        "holds": True,
        "bad_seq": None,
        "missing_triggers": 0,
        "ended_logs": {"closed": 0, "damaged": 0},
    }


def test_secrets_and_values_of_unknown_keys_stay_on_the_device(site: Site) -> None:
    bundle = site.maker().make()
    assert fact(bundle, "sync.toml.json")["keys"]["broker.key"] == SECRET
    assert fact(bundle, "sync.toml.json")["keys"]["broker.host"] == "127.0.0.1"
    assert fact(bundle, "sync.toml.json")["unknown_keys"] == ["broker.colour"]
    assert fact(bundle, "device.toml.json")["keys"]["counter.token_file"] == SECRET
    together = b"\n".join(unpacked(bundle).values())
    assert b"/secret/place" not in together
    assert b"nobody knows" not in together


def test_nothing_of_what_citizens_did_is_in_a_bundle(site: Site) -> None:
    """Not in the figures of the ledger; that log lines hold none of it is held to elsewhere."""
    site.ledger(50).close()
    bundle = site.maker().make()
    together = b"\n".join(unpacked(bundle).values())
    for telling in (b"510100-", b"C0231", b'"level"', b"indicators", b"visit", b"outcome", b"project_no"):
        assert telling not in together, telling
    for number in range(50):
        assert re.search(rb"%032x" % number, together) is None


def test_what_cannot_be_read_says_so_in_its_place(site: Site) -> None:
    (site.folder / "device.toml").write_text("is no TOML")
    (site.data / "ratings.db").write_bytes(b"is no ledger")
    bundle = site.maker().make()
    assert fact(bundle, "device.toml.json") == {"cannot_be_read": "ConfigError"}
    assert fact(bundle, "ledger.json") == {"cannot_be_read": "LedgerError"}


def test_of_logs_too_long_the_newest_lines_are_in_the_bundle(site: Site) -> None:
    chance = random.Random(7)
    lines = [f"{number} {chance.randbytes(40).hex()}\n" for number in range(2_000)]
    (site.logs / "sync.log").write_text("".join(lines))
    bundle = site.maker(most=20_000).make()
    assert len(bundle) <= 20_000
    kept = unpacked(bundle)["logs/sync.log"].decode().splitlines(keepends=True)
    assert kept
    assert kept == lines[-len(kept) :]


def test_a_bundle_that_cannot_fit_is_an_error(site: Site) -> None:
    with pytest.raises(SyncError, match="does not fit into 100 bytes"):
        site.maker(most=100).make()


def test_files_are_read_from_their_end_the_one_written_last_first(site: Site) -> None:
    (site.logs / "device.log").write_text("1\n22\n333\n")
    os.utime(site.logs / "sync.log", (1, 1))
    assert FileLogs(site.logs).newest(6) == [
        LogPart("device.log", b"333\n"),
        LogPart("sync.log", b""),  # one line, longer than there is room for
    ]
    assert FileLogs(site.logs).newest(7)[0].content == b"22\n333\n"
    assert FileLogs(site.logs / "none").newest(10) == []


def program(folder: Path, script: str) -> str:
    path = folder / "journalctl"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_the_journal_is_that_of_our_units(tmp_path: Path) -> None:
    journal = JournalLogs(program(tmp_path, 'for word in "$@"; do echo "$word"; done'))
    (part,) = journal.newest(10_000)
    assert part.name == "journal.log"
    assert "--unit=chuangping-device.service" in part.content.decode().splitlines()
    assert "--unit=chuangping-sync.service" in part.content.decode().splitlines()


def test_a_journal_that_cannot_be_read_is_said_in_the_bundle(site: Site) -> None:
    for script, why in (("echo no right >&2; exit 1", "no right"), (None, "No such file")):
        path = str(site.folder / "none") if script is None else program(site.folder, script)
        maker = BundleMaker(
            device="d-0001",
            software="chuangping test",
            folder=site.data,
            sync_toml=site.folder / "sync.toml",
            logs=JournalLogs(path),
            clock=FakeClock(),
        )
        assert why in unpacked(maker.make())["logs/unreadable.txt"].decode()
