"""The services of the box: who they run as, and starting them anew with what was stored."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

UNITS_FOLDER = Path("/etc/chuangping")
"""Where the services read their configurations: one kept elsewhere is not theirs."""

DEVICE, SYNC = "chuangping-device.service", "chuangping-sync.service"

AGENT_USER = "chuangping-sync"

_BOOTED = Path("/run/systemd/system")  # sd_booted(3)
_WAIT_S = 120


def agent_uid() -> int | None:
    """The user that the agent's service runs as; None where there is none, or nothing can be given to it."""
    try:
        return pwd.getpwnam(AGENT_USER).pw_uid if os.geteuid() == 0 else None
    except KeyError:
        return None


class Units(Protocol):
    """Whoever starts the processes."""

    def restart(self, names: Sequence[str]) -> bool:
        """Whether these were started anew; False: somebody else has to."""
        ...


class SystemdUnits:
    """systemd's, for the configurations in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def restart(self, names: Sequence[str]) -> bool:
        """As of Units. A start that a file of the device's takes long is not waited for."""
        systemctl = shutil.which("systemctl")
        if systemctl is None or not _BOOTED.is_dir() or self._folder.absolute() != UNITS_FOLDER:
            return False
        done = subprocess.run(
            [systemctl, "restart", "--no-block", *names], capture_output=True, timeout=_WAIT_S, check=False
        )
        return done.returncode == 0
