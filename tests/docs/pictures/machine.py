"""This machine in the place of a box at a window: its folders are where a box has them.

Needs a mount namespace of its own (scripts/pictures makes it): what is put into place here nobody sees.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ETC, DATA = Path("/etc/chuangping"), Path("/var/lib/chuangping")
STICK = Path("/media/stick")
CARD = Path("/mnt")
NAME = "province.example.cn"

_BOOTED = Path("/run/systemd")
_SHIMS = {
    # As root there is nothing that sudo has to do.
    "sudo": '#!/bin/sh\nexec "$@"\n',
    "chuangping": '#!/bin/sh\nexec {python} -m provisioning "$@"\n',
    # Services of the box are started by whoever takes the pictures.
    "systemctl": "#!/bin/sh\nexit 0\n",
}


class Machine:
    """`folder`: for all that it makes. `programs`: a folder for PATH."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.programs = folder / "bin"

    def prepare(self) -> None:
        """Programs, the province's name, an empty place for sticks. Raises CalledProcessError."""
        self.programs.mkdir(parents=True)
        for name, text in _SHIMS.items():
            path = self.programs / name
            path.write_text(text.format(python=sys.executable))
            path.chmod(0o755)
        os.environ["PATH"] = f"{self.programs}:{os.environ['PATH']}"
        hosts = self._folder / "hosts"
        hosts.write_text(f"127.0.0.1 localhost {NAME}\n")
        _mount("--bind", hosts, "/etc/hosts")
        for place in ("/media", _BOOTED):
            _mount("-t", "tmpfs", "none", place)
        (_BOOTED / "system").mkdir()
        STICK.mkdir()

    def insert(self, box: Path) -> None:
        """Be the box whose folders are below `box`."""
        for place, name in ((ETC, "etc"), (DATA, "data")):
            self.remove(place)
            (box / name).mkdir(parents=True, exist_ok=True)
            _mount("--bind", box / name, place)

    def mount_card(self, box: Path) -> None:
        """Have the card of `box` in a reader, at CARD, for reading."""
        card = box.with_name("card")
        (card / "etc").mkdir(parents=True)
        (card / "var/lib").mkdir(parents=True)
        subprocess.run(["cp", "-a", box / "etc", card / "etc/chuangping"], check=True)
        subprocess.run(["cp", "-a", box / "data", card / "var/lib/chuangping"], check=True)
        _mount("--bind", card, CARD)

    def leave(self) -> None:
        """Be no box any more: an empty stick, nothing over the folders of a box."""
        for place in (ETC, DATA):
            self.remove(place)
        for path in STICK.iterdir():
            path.unlink()

    def remove(self, place: Path) -> None:
        """Take away what is mounted at `place`."""
        if place.is_mount():
            subprocess.run(["umount", "--lazy", str(place)], check=True)


def _mount(*arguments: object) -> None:
    subprocess.run(["mount", *map(str, arguments)], check=True)
