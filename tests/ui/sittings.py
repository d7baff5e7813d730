"""Every screen drawn once for all tests of a run: its picture for the report, what was seen for the tests."""

from __future__ import annotations

import dataclasses
import fcntl
import os
import subprocess
import sys
from pathlib import Path

import msgspec
from PIL import Image

from device.snapshot import Snapshot
from tests.patience import PATIENCE_S
from tests.ui import report, snapshots
from tests.ui.panels import Panel
from tests.ui.seeing import Part
from ui.samples import Touched

WITHIN_S = 10 * PATIENCE_S
RESTING = ("idle", "paused", "cleaning")

Sitter = tuple[Snapshot, Touched | None]
"""What is shown, and what fingers then do to it."""


@dataclasses.dataclass(frozen=True)
class Drawn:
    """One screen as drawn on `panel`: what it consists of, and sums of its pixels.

    `again`: whether the next frame was the same; None: it was not asked. `head`, `foot`: above and below what
    differs between the reasons of two levels.
    """

    name: str
    language: str
    panel: Panel
    parts: list[Part]
    whole: int
    head: int
    foot: int
    again: bool | None

    def having(self, what: str) -> list[Part]:
        return [part for part in self.parts if what in part]

    @property
    def is_long(self) -> bool:
        return "-long-" in self.name and not self.name.startswith("words-number")

    @property
    def picture(self) -> Image.Image:
        with Image.open(report.REPORT / str(self.panel) / f"{self.name}.webp") as kept:
            return kept.convert("RGB")


def sitters(panel: Panel) -> dict[str, Sitter]:
    """Whatever is drawn on `panel`, by name and language."""
    found: dict[str, Sitter] = {}
    for language in panel.drawn:
        every: dict[str, Sitter] = {
            name: (shown, None) for name, shown in snapshots.samples(language).items()
        }
        if language in snapshots.LANGUAGES:
            every |= {name: (shown, None) for name, shown in snapshots.long_texts(language).items()}
        every |= snapshots.touched(language)
        if len(panel.more.get("languages", panel.drawn)) == 2:  # type: ignore[arg-type]
            del every["level-languages"]  # the button goes over to the other one at once
        if panel.resting:
            every = {name: sitter for name, sitter in every.items() if name.split("-")[0] in RESTING}
        found |= {f"{name}-{language}": sitter for name, sitter in every.items()}
    return found


class Sittings:
    """The drawn screens of a run, in `folder`, which all its processes share: each glass is drawn by one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._at_hand: list[Drawn] = []  # pytest goes from glass to glass

    def of(self, panel: Panel) -> list[Drawn]:
        """Whatever is drawn on `panel`."""
        if not self._at_hand or self._at_hand[0].panel != panel:
            self._at_hand = self._drawn(panel)
        return self._at_hand

    def _drawn(self, panel: Panel) -> list[Drawn]:
        told = self._folder / f"{panel}.drawn"
        with (self._folder / f"{panel}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not told.exists():
                told.write_bytes(_paint(panel))
                report.write_index()
        return [msgspec.json.decode(line, type=Drawn) for line in told.read_bytes().splitlines()]


def _paint(panel: Panel) -> bytes:
    """What the process says that draws all there is for `panel`, a line for each screen."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.painter", msgspec.json.encode(panel), report.folder(str(panel))],
        env={k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
        | {"SDL_VIDEODRIVER": "offscreen"},
        capture_output=True,
        timeout=WITHIN_S,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith(b"{")]  # else a driver's word
    errors = done.stderr.decode()
    assert done.returncode == 0, errors
    assert len(lines) == len(sitters(panel)), errors
    return b"\n".join(lines)
