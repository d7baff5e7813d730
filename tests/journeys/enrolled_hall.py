"""A province with places and tickets, its broker, and boxes that technicians enrol: real processes all."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.docs.pages import ROOT
from tests.faults.device_alone import DeviceAlone
from tests.patience import PATIENCE_S, until
from tests.province.province_process import Province
from tests.province.real_broker import running_broker
from tests.provisioning.enrolment.blank_box import BlankBox

HALL = "510109-01"


class EnrolledHall:
    """Use with `with`. `stick`: where the office puts tickets. `places`: the table of its windows."""

    places = ROOT / "docs" / "places-example.csv"

    def __init__(self, folder: Path) -> None:
        self.province = Province(folder / "province")
        self.stick = folder / "stick"
        self._folder = folder
        self._stack = ExitStack()
        self._broker = ExitStack()

    def __enter__(self) -> EnrolledHall:
        province = self.province
        province.init()
        self.office("places", "import", "--config", province.config, self.places)
        self._before_opening()
        self._stack.callback(self._broker.close)
        self.start_broker()
        province.start()
        self._stack.callback(province.stop)
        return self

    def start_broker(self) -> None:
        """Start it, anew if it runs: every client has to connect again."""
        self._broker.close()
        self._broker.enter_context(running_broker(self.province.folder, self.province.mqtt_port))

    def _before_opening(self) -> None:
        """What a test has the office do while the province does not run yet."""

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def office(self, *arguments: str | Path) -> str:
        """A command of the office that goes well."""
        done = self.province.command(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ticket(self, window: str, name: str) -> Path:
        """A new ticket for `window`, in a folder of its own on the stick."""
        out = self.stick / name
        self.office(
            *("tickets", "make", "--config", self.province.config, "--hall", HALL),
            *("--windows", window, "--out", out),
        )
        (ticket,) = out.glob("*.ticket")
        return ticket

    def box(self, name: str) -> tuple[BlankBox, DeviceAlone]:
        """A new box: its panel and counter link are configured, it is nobody's yet."""
        folder = self._folder / name
        (folder / "data").mkdir(parents=True)
        return BlankBox(folder), DeviceAlone(folder, folder / "data")

    def ratings(self) -> list[dict[str, Any]]:
        """Every rating the province holds, in its order; there are rows of other kinds beside them."""
        rows: list[dict[str, Any]] = self.province.get("/api/v1/ratings")["ratings"]
        return [row for row in rows if row["kind"] == "rating"]

    def arrives(self, *landed: tuple[str, str | None, int | None]) -> None:
        """Wait until the ratings at the province are these: device, window, assignment."""
        until(lambda: len(self.ratings()) >= len(landed), what=f"{len(landed)} ratings")
        assert [(r["device"], r["window"], r["assignment"]) for r in self.ratings()] == list(landed)


@contextmanager
def agent(box: BlankBox) -> Iterator[subprocess.Popen[bytes]]:
    """The agent of an enrolled box."""
    with (box.folder / "sync.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "sync", "--config", str(box.folder / "sync.toml")], stderr=log
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
