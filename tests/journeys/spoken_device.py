"""A device without a screen: keys on a pseudo-terminal, a sound card that is a file.

Chinese and English are spoken; there are no recordings in Tibetan.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

from device.voice.script import PROMPTS
from hardware.fake_serial_line import FakeSerialLine
from tests.device.voice.voices import record
from tests.journeys.lone_device import LoneDevice
from tests.patience import PATIENCE_S, until

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


class SpokenDevice(LoneDevice):
    """`line` is its key panel."""

    def __init__(self, folder: Path) -> None:
        self.line = FakeSerialLine(folder / "panel")
        config = _CONFIG.format(panel=self.line.port)
        super().__init__(folder, config, {"ALSA_CONFIG_PATH": str(folder / "asound.conf")})
        self._told = b""
        for language in ("zh-Hans", "en"):
            record(folder / "voice", language, PROMPTS)
        (folder / "card").mkdir()
        (folder / "asound.conf").write_text(_CARD.format(folder=folder / "card"), "utf-8")

    def __exit__(self, *_: object) -> None:
        try:
            super().__exit__()
        finally:
            self.line.close()

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
