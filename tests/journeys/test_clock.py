"""A device whose clock is wrong rates, connects and learns the time."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from device.clock import kernel_synchronised
from device.ledger.reader import LedgerReader
from provisioning.demo.layout import Layout
from provisioning.demo.panel_line import PanelLine
from provisioning.demo.processes import Child, Children
from tests.journeys.loop import Loop
from tests.patience import PATIENCE_S, until

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
pytestmark = pytest.mark.skipif(not LIBRARIES, reason="needs the Debian package faketime")

NEAR = timedelta(minutes=2)


def wrong_clock(at: str) -> dict[str, str]:
    """The environment of a process whose wall clock starts at `at`; its monotonic clocks are true."""
    return {"LD_PRELOAD": str(LIBRARIES[0]), "FAKETIME": f"@{at}", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


class Halves:
    """The two ends of a demo that was set up before, started and stopped one by one."""

    def __init__(self, loop: Loop, line: PanelLine) -> None:
        self.layout = Layout(loop.folder)
        self.loop = loop
        self._children = Children()
        text = self.layout.device_config.read_text("utf-8")
        text = re.sub(r'port = "[^"]*"', f'port = "{line.inner}"', text)
        text = text.replace("[ui]\n", '[ui]\ndisplay = "console"\n')
        self.layout.device_config.write_text(text, "utf-8")
        loop.ready["panel"] = str(line.outer)
        for name in ("counter", "province"):
            setattr(loop, name, renewed(getattr(loop, name)))

    def start_province(self) -> None:
        broker = self.layout.province / "broker" / "mosquitto.conf"
        self._add("broker", ["/usr/sbin/mosquitto", "-c", str(broker)], {}, tells=False)
        self._add("province", [*self._program("province"), "run", *self._config("province")], {})

    def start(self, name: str, environment: dict[str, str]) -> None:
        self._add(name, [*self._program(name), *self._config(name)], environment)

    def stop(self) -> None:
        self._children.stop()

    def _add(self, name: str, command: list[str], environment: dict[str, str], *, tells: bool = True) -> None:
        log = self.layout.logs / f"{name}.log"
        self._children.add(Child(name, command, log, environment, tells=tells), within_s=PATIENCE_S)

    def _program(self, name: str) -> list[str]:
        return [sys.executable, "-m", name]

    def _config(self, name: str) -> list[str]:
        configs = {
            "province": self.layout.province_config,
            "device": self.layout.device_config,
            "sync": self.layout.sync_config,
        }
        return ["--config", str(configs[name])]

    # ---- what is on the disk ----

    def rows(self, kind: str) -> list[dict[str, Any]]:
        with LedgerReader(self.layout.ledger) as reader:
            return [row for row in (stored.row() for stored in reader.rows()) if row["kind"] == kind]

    def held(self) -> list[dict[str, Any]]:
        """What the province holds of this log; the set-up left another one."""
        with LedgerReader(self.layout.ledger) as reader:
            return self.loop.held(log=reader.log().log_id)

    def device(self) -> dict[str, Any]:
        (device,) = self.loop.province.get("/api/v1/devices").json()["devices"]
        return dict(device)

    def wait_for_time(self) -> None:
        """Until a clock row says that the device has learnt the time."""
        try:
            until(lambda: bool(self.rows("clock")), what="the device knows the time")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.loop.logs()}") from None

    def floor(self) -> datetime:
        connection = sqlite3.connect(self.layout.device_data / "device.db")
        (at,) = connection.execute("SELECT at FROM time_floor").fetchone()
        connection.close()
        return datetime.fromisoformat(at)


def renewed(client: httpx.Client) -> httpx.Client:
    return httpx.Client(base_url=client.base_url, headers=client.headers, timeout=PATIENCE_S)


@pytest.fixture
def halves(tmp_path: Path) -> Iterator[Halves]:
    """Set up by a demo of its own, in which nobody rated; nothing is running yet."""
    loop = Loop(tmp_path, "--headless", "--fast")
    loop.stop()
    line = PanelLine()
    line.start()
    halves = Halves(loop, line)
    # As on a new card: what the set-up's own run learnt of the time is not known.
    for folder in (halves.layout.device_data, halves.layout.sync_data):
        for file in folder.glob("*.db*"):
            file.unlink()
    yield halves
    halves.stop()
    halves.loop.stop()
    line.stop()


def at(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row["at"])


def test_a_1970_clock_rates_connects_and_learns_the_time_from_the_signed_receipt(halves: Halves) -> None:
    in_1970 = wrong_clock("1970-01-02 00:00:00")
    halves.start("device", in_1970)
    halves.loop.answer(1, key=2)
    (early,) = halves.rows("rating")[:1]
    assert (early["clock"], early["flags"], at(early).year) == ("unknown", ["clock_untrusted"], 1970)
    assert not halves.rows("clock")

    halves.start_province()
    halves.start("sync", in_1970)  # the broker's certificate is "not yet valid" by this clock
    halves.wait_for_time()
    (learnt,) = halves.rows("clock")
    assert (learnt["clock"], learnt["source"]) == ("trusted", "receipt")
    assert abs(at(learnt) - datetime.now(UTC)) < NEAR
    assert abs(halves.floor() - datetime.now(UTC)) < NEAR

    halves.loop.answer(2, key=4)
    late = halves.rows("rating")[-1]
    assert (late["clock"], late["flags"]) == ("trusted", [])
    assert abs(at(late) - datetime.now(UTC)) < NEAR
    # The anchor in the same boot gives the early row its time too.
    passed = timedelta(milliseconds=learnt["mono_ms"] - early["mono_ms"])
    assert abs(at(learnt) - passed - datetime.now(UTC)) < NEAR

    until(lambda: halves.device()["clock_source"] == "receipt", what="the agent's own clock")
    assert (halves.device()["clock"], halves.device()["online"]) == ("trusted", True)
    everything = [*halves.rows("rating"), *halves.rows("clock")]
    until(lambda: len(halves.held()) == len(everything), what="every row at the province")
    assert {row["hash"] for row in halves.held()} == {row["hash"] for row in everything}


@pytest.mark.skipif(kernel_synchronised(), reason="here the kernel vouches for whatever the wall clock says")
def test_a_clock_far_in_the_future_connects_too_and_does_not_raise_the_floor(halves: Halves) -> None:
    in_2099 = wrong_clock("2099-01-01 00:00:00")
    halves.start("device", in_2099)
    halves.loop.answer(1, key=2)
    assert at(halves.rows("rating")[0]).year == 2099
    halves.start_province()
    halves.start("sync", in_2099)
    halves.wait_for_time()
    assert [at(row).year for row in halves.rows("clock")] == [datetime.now(UTC).year]
    assert abs(halves.floor() - datetime.now(UTC)) < NEAR
