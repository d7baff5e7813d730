"""A virtual screen, of which pictures are taken."""

from __future__ import annotations

import os
import subprocess
from types import TracebackType
from typing import Self

from PIL import Image, ImageGrab


class XServer:
    """Xvfb of `width` by `height`, in pixels. `name`: what DISPLAY says. Use with `with`."""

    def __init__(self, width: int, height: int) -> None:
        self._size = f"{width}x{height}x24"
        self.name = ""

    def __enter__(self) -> Self:
        read, write = os.pipe()
        self._process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", self._size, "-nolisten", "tcp"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as answer:
            self.name = f":{answer.readline().strip()}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(10)

    def picture(self) -> Image.Image:
        """What is on it now."""
        return ImageGrab.grab(xdisplay=self.name)

    def type(self, text: str) -> None:
        """On its keyboard, to whatever the pointer is over: nothing but XTEST reaches a terminal."""
        environment = {**os.environ, "DISPLAY": self.name}
        subprocess.run(
            ["xdotool", "mousemove", "40", "40", "type", "--delay", "8", text], check=True, env=environment
        )
