"""One real device process without a screen: keys on a pseudo-terminal, a sound card that is a file.

Chinese and English are spoken; there are no recordings in Tibetan.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import httpx

from device.ledger.reader import LedgerReader
from device.row import Row
from device.voice.script import PROMPTS
from hardware.fake_serial_line import FakeSerialLine
from tests.device.voice.voices import record
from tests.patience import PATIENCE_S, until
from tests.ports import free_port

_CONFIG = """\
kind = "device"
[device]
id = "cp-spoken"
folder = "data"
[panel]
port = "{panel}"
[ui]
display = "none"
languages = ["zh-Hans", "en", "bo"]
unreviewed = ["bo"]
[voice]
speaker = "card"
volume = 100
made = "voice"
[counter]
port = {port}
token_file = "counter.token"
[ledger]
ballast_kib = 64
"""

# Each recording is played to a file of its own; the last of it is filled up with silence.
_CARD = """\
pcm.card {{
    type file
    file "{folder}/heard"
    format raw
    truncate false
    slave.pcm {{ type null }}
}}
"""


class SpokenDevice:
    """Everything it writes is under `folder`. Use with `with`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.line = FakeSerialLine(folder / "panel")
        self._told = b""
        for language in ("zh-Hans", "en"):
            record(folder / "voice", language, PROMPTS)
        (folder / "card").mkdir()
        (folder / "asound.conf").write_text(_CARD.format(folder=folder / "card"), "utf-8")
        (folder / "counter.token").write_text("token-of-the-counter\n", "ascii")
        (folder / "counter.token").chmod(0o600)

    def __enter__(self) -> SpokenDevice:
        port = free_port()
        config = self.folder / "device.toml"
        config.write_text(_CONFIG.format(panel=self.line.port, port=port), "utf-8")
        with (self.folder / "device.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "device", "--config", str(config)],
                stdout=log,
                stderr=log,
                env={**os.environ, "ALSA_CONFIG_PATH": str(self.folder / "asound.conf")},
            )
        self.counter = httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": "Bearer token-of-the-counter"},
            timeout=PATIENCE_S,
        )
        until(self._is_up, what="the counter link answers")
        return self

    def __exit__(self, *_: object) -> None:
        self.counter.close()
        self._process.terminate()
        try:
            assert self._process.wait(PATIENCE_S) == 0, self.log()
        finally:
            self._process.kill()
            self._process.wait()
            self.line.close()

    def _is_up(self) -> bool:
        assert self._process.poll() is None, self.log()
        try:
            return self.counter.get("/v1/device").status_code == 200
        except httpx.TransportError:
            return False

    def log(self) -> str:
        """All that the process wrote."""
        return (self.folder / "device.log").read_text("utf-8", "replace")

    def invite(self, number: int, **fields: object) -> str:
        """The id of a new invitation."""
        handling = {"project_no": f"510100-20261122-{number:06d}", "service_no": 1}
        answer = self.counter.post("/v1/invitations", json={"handling": handling, **fields})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def state(self, id_: str) -> str:
        """What the counter learns of it."""
        return str(self.counter.get(f"/v1/invitations/{id_}").json()["state"])

    def tap(self, key: int) -> None:
        """A short press."""
        self.line.press(key)
        self.line.release(key)

    def hold_until_heard(self, key: int, prompts: list[str]) -> None:
        """A long press: until what it asks for is said."""
        before = len(self.heard())
        self.line.press(key)
        until(lambda: self.heard()[before:] == prompts, what=f"{prompts} is said\n{self.log()}")
        self.line.release(key)

    def rate(self, id_: str, key: int) -> None:
        """Short presses, now and then, until one is taken: the first may come before the device asks."""
        deadline_s = time.monotonic() + PATIENCE_S
        while self.state(id_) == "waiting":
            assert time.monotonic() < deadline_s, f"never answered\n{self.log()}"
            self.tap(key)
            for _ in range(50):
                if self.state(id_) != "waiting":
                    return
                time.sleep(0.02)

    def heard(self) -> list[str]:
        """The recordings played so far, as `language/prompt`."""
        files = sorted((self.folder / "card").glob("heard*"))
        played = (file.read_bytes().decode("utf-16-le", "ignore") for file in files)
        return [name for sound in played for name in re.findall("<([^>]+)>", sound)]

    def told(self) -> list[bytes]:
        """The sentences that the panel was told so far."""
        self._told += self.line.told()
        return self._told.splitlines()

    def rows(self) -> list[Row]:
        """The rating rows of the ledger."""
        with LedgerReader(self.folder / "data" / "ratings.db") as reader:
            return [row for row in (stored.row() for stored in reader.rows()) if row["kind"] == "rating"]
