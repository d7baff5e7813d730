"""The picture of the screen as a PNG file: always whole, soon the newest, written off the drawing thread."""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

_log = logging.getLogger(__name__)

STOP_WITHIN_S = 5.0


@dataclass(frozen=True, slots=True)
class Pixels:
    """What OpenGL gives: RGBA, four bytes a pixel, the lowest row first; `rotation`: of the window."""

    data: bytes
    width: int
    height: int
    rotation: int = 0


class ScreenFile:
    """Keeps the file at `path` up to date. Thread `screen-file`; only the newest picture waits its turn."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._condition = threading.Condition()
        self._newest: Pixels | None = None
        self._stopping = False
        self._failing = False
        self._thread = threading.Thread(target=self._run, name="screen-file", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, then end; waits at most STOP_WITHIN_S seconds."""
        with self._condition:
            self._stopping = True
            self._condition.notify()
        self._thread.join(STOP_WITHIN_S)

    def put(self, pixels: Pixels) -> None:
        """Any thread; never waits for the disk. Takes the place of a picture not yet begun."""
        with self._condition:
            self._newest = pixels
            self._condition.notify()

    def _run(self) -> None:
        while True:
            with self._condition:
                while self._newest is None and not self._stopping:
                    self._condition.wait()
                pixels, self._newest = self._newest, None
            if pixels is None:
                return
            try:
                write_png(pixels, self._path)
            except OSError as error:
                if not self._failing:
                    _log.warning("screen_file=failing path=%s error=%s", self._path, error)
                self._failing = True
            else:
                if self._failing:
                    _log.info("screen_file=written_again path=%s", self._path)
                self._failing = False


def write_png(pixels: Pixels, path: Path) -> None:
    """Replace the file at `path` in one step: a reader sees the old picture or the new. Raises OSError."""
    # Read from the last row up ("-1"), the fourth byte left out ("RGBX").
    image = Image.frombytes(
        "RGB", (pixels.width, pixels.height), pixels.data, "raw", "RGBX", 4 * pixels.width, -1
    )
    if pixels.rotation:
        image = image.rotate(-pixels.rotation, expand=True)  # upright again
    beside = path.with_name(f".{path.name}.new")
    image.save(beside, "PNG", compress_level=1)
    os.replace(beside, path)  # noqa: PTH105 - the atomic one by its known name
