"""The environment Kivy is imported in: it reads all of it once, at its first import."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from device.settings import UiSection

CONNECTORS = Path("/sys/class/drm")
"""Where the kernel says of each output of a graphics card (`card1-DSI-1`) whether a screen is there."""


def video_driver(environment: Mapping[str, str], *, connectors: Path = CONNECTORS) -> str:
    """The SDL video driver to ask for; with a comma, the first that works.

    On a desktop it is the desktop's, and nothing else: left to itself SDL draws where nobody sees it when the
    desktop cannot be reached. Without one a screen connected to the board is driven by `kmsdrm`; without that
    too (a server, a container) `offscreen` draws for real, and is what was meant.
    """
    if environment.get("SDL_VIDEODRIVER"):
        return environment["SDL_VIDEODRIVER"]
    desktops = {"wayland": environment.get("WAYLAND_DISPLAY"), "x11": environment.get("DISPLAY")}
    if any(desktops.values()):
        return ",".join(driver for driver, display in desktops.items() if display)
    states = (status.read_text("ascii").strip() for status in connectors.glob("card*-*/status"))
    return "kmsdrm" if "connected" in states else "offscreen"


def prepare(home: Path, driver: str) -> None:
    """Set what Kivy reads. `home`: a writable folder that may be removed when the display has stopped.

    Without these Kivy takes the command line, writes log files and a configuration, and takes over stderr.
    """
    os.environ.update(
        KIVY_NO_ARGS="1",
        KIVY_NO_FILELOG="1",
        KIVY_NO_CONFIG="1",
        KIVY_NO_ENV_CONFIG="1",
        KIVY_LOG_MODE="PYTHON",
        KIVY_HOME=str(home),
        # A snapshot is drawn 1 ms after it comes, not at the next frame, at the same cost when idle.
        KIVY_CLOCK="interrupt",
        # No other provider: one of them ends the process when there is no X server.
        KIVY_WINDOW="sdl2",
        SDL_VIDEODRIVER=driver,
    )


def configure(section: UiSection, *, driver: str) -> None:
    """Kivy's own settings, for a screen nobody can leave. After `prepare`, before the window is imported."""
    from kivy.config import Config  # noqa: PLC0415 - reads the environment set above

    Config.set("kivy", "exit_on_escape", "0")
    Config.set("graphics", "allow_screensaver", "0")
    Config.set("graphics", "resizable", "0")
    Config.set("graphics", "multisamples", "0")  # all round shapes are pictures
    Config.set("graphics", "maxfps", "60")
    Config.set("graphics", "width", str(section.width))
    Config.set("graphics", "height", str(section.height))
    # Kivy turns what it draws and every touch that it is given alike: nothing else here may turn either.
    Config.set("graphics", "rotation", str(section.rotation))
    covers = (section.fullscreen or driver == "kmsdrm") and driver != "offscreen"
    Config.set("graphics", "fullscreen", "auto" if covers else "0")
    Config.set("graphics", "show_cursor", "0" if covers else "1")
    # Exactly one source of touches, or each comes twice. On the board's own graphics it is the kernel's
    # multi-touch device, where a palm is several touches. A desktop turns fingers into a mouse before we see
    # them (Kivy does not pass on SDL's own on Linux); without the red dots Kivy draws for other buttons.
    for name, _ in Config.items("input"):
        Config.remove_option("input", name)
    if driver == "kmsdrm":
        Config.set("input", "touch", "probesysfs,provider=mtdev,select_all=0")
    else:
        Config.set("input", "mouse", "mouse,disable_multitouch")
