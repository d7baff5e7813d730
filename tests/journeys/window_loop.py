"""The demo with its window on an X server, where a citizen can touch it and see what it shows."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.journeys.loop import Loop


class WindowLoop(Loop):
    """As `Loop`; its window is on `display`."""

    def __init__(self, folder: Path, display: str) -> None:
        super().__init__(folder, environment={"DISPLAY": display})
        self.display = display

    def code_on_screen(self) -> str:
        """What the code on the screenshot says, empty if there is none."""
        read = subprocess.run(
            ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(self.ready["screenshot"])],
            capture_output=True,
            text=True,
            check=False,
        )
        return read.stdout.strip()
