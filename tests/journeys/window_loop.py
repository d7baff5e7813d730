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

    def offer_receipts(self) -> None:
        """As a technician does it: the address into the device's file, and the device anew."""
        config = Path(self.ready["config"])
        address = f"{self.ready['web']}/receipt"
        text = config.read_text("utf-8")
        assert "[visit]\n" in text
        config.write_text(text.replace("[visit]\n", f'[visit]\nreceipt_url = "{address}"\n'), "utf-8")
        self.kill_and_wait("device")

    def code_on_screen(self) -> str:
        """What the code on the screenshot says, empty if there is none."""
        read = subprocess.run(
            ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(self.ready["screenshot"])],
            capture_output=True,
            text=True,
            check=False,
        )
        return read.stdout.strip()
