"""A box at the window: what its image holds, its services when they run, its screen."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from hardware.fake_serial_line import FakeSerialLine
from tests.docs.pictures.machine import ETC
from tests.docs.pictures.x_server import XServer
from tests.patience import until

_WIDTH, _HEIGHT = 1024, 600
_COUNTER = 18090
_IMAGE = """\
kind = "device"

[panel]
port = "{panel}"

[ui]
width = {width}
height = {height}
fullscreen = false
language = "{language}"
screenshot = "{screenshot}"

[ledger]
ballast_kib = 64
"""
_IN_THE_BOX = """
import sys
from pathlib import Path
from device.__main__ import run
from device.configuration import read_configuration
from device.settings import DeviceConfig
run(read_configuration(Path(sys.argv[1]), DeviceConfig, "device"), board=sys.argv[2])
"""


class Box:
    """Its folders are below `folder`; Machine.insert makes this machine be it. `language`: of its screens."""

    def __init__(self, folder: Path, *, language: str) -> None:
        self.folder = folder
        self._screenshot = folder / "screen.png"
        self._panel = folder / "panel"
        (folder / "etc").mkdir(parents=True)
        (folder / "data").mkdir()
        values = {"width": _WIDTH, "height": _HEIGHT, "language": language}
        text = _IMAGE.format(panel=self._panel, screenshot=self._screenshot, **values)
        (folder / "etc" / "device.toml").write_text(text, "utf-8")
        self.line: FakeSerialLine

    @contextmanager
    def at_work(self, *, board: str = "") -> Iterator[None]:
        """While its services run, as systemd starts them; `board`: the serial number that it then has."""
        device = (["-c", _IN_THE_BOX] if board else ["-m", "device", "--config"], ETC / "device.toml")
        with (
            XServer(_WIDTH, _HEIGHT) as screen,
            FakeSerialLine(self._panel) as self.line,
            (self.folder / "log").open("ab") as log,
        ):
            environment = {**os.environ, "DISPLAY": screen.name}
            commands = [[*device[0], str(device[1]), *([board] if board else [])]]
            if (ETC / "sync.toml").exists() and not board:
                commands.append(["-m", "sync", "--config", str(ETC / "sync.toml")])
            processes = [
                subprocess.Popen([sys.executable, *command], env=environment, stderr=log, stdout=log)
                for command in commands
            ]
            try:
                until(self._answers, what="the device answers", within_s=60)
                yield
            finally:
                for process in processes:
                    process.terminate()
                    process.wait(60)

    def rate(self, number: int, key: int) -> None:
        """One whole visit, by a key."""
        invitation = self._invite(number)
        while self._state(invitation) == "waiting":
            self.line.press(key)
            time.sleep(0.1)
            self.line.release(key)
            time.sleep(0.7)  # more often would be hammering
        time.sleep(2)
        self.line.press(5)  # 完成
        self.line.release(5)
        time.sleep(4)

    def press(self, key: int) -> None:
        """A finger on `key`."""
        self.line.press(key)
        time.sleep(0.15)
        self.line.release(key)

    def screen(self, *, at_once: bool = False) -> Image.Image:
        """What it shows, by its own picture of it, once that is still, or `at_once`."""
        until(self._screenshot.exists, what="a picture of the screen", within_s=60)
        before = self._screenshot.read_bytes() if at_once else b""
        while (now := self._screenshot.read_bytes()) != before:
            before = now
            time.sleep(1)
        with Image.open(self._screenshot) as picture:
            return picture.convert("RGB")

    def _invite(self, number: int) -> str:
        handling = {"project_no": f"510109-20261122-{number:06d}", "service_no": 1}
        return str(self._ask("POST", "/v1/invitations", json={"handling": handling}).json()["id"])

    def _state(self, invitation: str) -> str:
        return str(self._ask("GET", f"/v1/invitations/{invitation}").json()["state"])

    def _answers(self) -> bool:
        try:
            return self._ask("GET", "/v1/device").status_code == 200
        except httpx.TransportError:
            return False

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        token = (ETC / "counter.token").read_text("ascii").strip()
        return httpx.request(
            method,
            f"http://127.0.0.1:{_COUNTER}{path}",
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
            **more,
        )
