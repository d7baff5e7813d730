"""The environment a measured device runs in: without a display, its modules compiled beforehand."""

from __future__ import annotations

import os

_NOT_PASSED_ON = {
    "DISPLAY",
    "WAYLAND_DISPLAY",  # with neither, every machine draws off-screen alike
    "PYTHONDONTWRITEBYTECODE",  # an installed device has bytecode: it does not compile at each start
}


def device_environment() -> dict[str, str]:
    """This process's environment without what would make one machine differ from another."""
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_PASSED_ON}
    return kept | {"SDL_VIDEODRIVER": "offscreen"}
