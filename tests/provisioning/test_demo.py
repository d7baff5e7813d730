"""The demo as a whole: citizens come by themselves, the folder continues, a second one is refused."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.journeys.loop import Loop
from tests.patience import PATIENCE_S, until
from tests.provisioning.console import chuangping

READY_KEYS = {
    *("mqtt", "web", "web_token", "login", "counter", "counter_token", "panel"),
    *("device_id", "ledger", "config", "screenshot", "pids"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "demo"


def test_citizens_come_by_themselves_and_the_same_folder_continues(folder):
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    loop = Loop(folder, "--headless", "--fast", "--citizens", "3")
    try:
        assert set(loop.ready) == READY_KEYS
        assert set(loop.ready["pids"]) == {"broker", "province", "sync", "device"}
        assert json.loads((folder / "ready.json").read_text("utf-8")) == loop.ready
        second = chuangping("demo", "--headless", "--dir", folder)
        assert second.returncode == 1
        assert f"{folder}: another demo is running here" in second.stderr
        until(lambda: len(loop.rows()) == 3, within_s=2 * PATIENCE_S, what="three visits")
        ratings = loop.arrived()
        assert {r["input"] for r in ratings} == {"key"}
        assert all(1 <= r["level"] <= 5 and r["counted"] for r in ratings)
    finally:
        assert loop.stop() == 0
    assert not any(_is_there(pid) for pid in loop.ready["pids"].values())

    again = subprocess.run(
        [sys.executable, "-m", "provisioning", "demo", "--headless", "--dir", str(folder), "--seconds", "0"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert again.returncode == 0, again.stderr
    ready = json.loads(again.stdout)
    same = ("device_id", "counter_token", "web_token", "mqtt", "web", "counter")
    assert {key: ready[key] for key in same} == {key: loop.ready[key] for key in same}
    assert ready["login"] != loop.ready["login"]
    assert "unbroken" in chuangping("ledger", "verify", folder / "device" / "ratings.db").stdout
    assert ", 3 visits" in chuangping("ledger", "stats", folder / "device" / "ratings.db").stdout
    assert (folder / "notes.txt").read_text("utf-8") == "mine"


def _is_there(pid):
    return subprocess.run(["kill", "-0", str(pid)], capture_output=True, check=False).returncode == 0
