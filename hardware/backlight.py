"""The panel's backlight: low behind the dark screens of a night, full behind all others."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from device.clock import Clock
from device.glass import SnapshotSink
from device.night import Night, night_of
from device.settings import UiSection
from device.snapshot import Screen, Snapshot

_log = logging.getLogger(__name__)

SYSFS = Path("/sys/class/backlight")
"""Linux has a folder for each backlight there: `brightness` is written, up to what `max_brightness` says."""

RESTING = (Screen.IDLE, Screen.PAUSED, Screen.CLEANING)
"""What is dark at night. Whoever is asked anything has a light screen, and full light behind it."""

_FULL = 100
_LOOK_EVERY_S = 20.0  # for the hour; and a panel that was plugged in again has its own idea of it
_STOP_LIMIT_S = 2.0


def open_backlight(
    section: UiSection, display: SnapshotSink, *, clock: Clock, folder: Path = SYSFS
) -> BacklitDisplay | None:
    """`display` with the backlight in `folder`, not yet started; None where `section` leaves that alone."""
    night = night_of(section)
    if night is None or section.night_backlight is None or section.display != "window":
        return None
    return BacklitDisplay(display, night, percent=section.night_backlight, clock=clock, folder=folder)


class BacklitDisplay:
    """Shows on `display`, and sets the backlight by what is shown and by the hour.

    In a thread of its own: a driver may take its time. Where there is no backlight, or none that may be
    written, nothing is set; the log says so once, and once when it is set again.
    """

    def __init__(
        self, display: SnapshotSink, night: Night, *, percent: int, clock: Clock, folder: Path
    ) -> None:
        self._display = display
        self._night = night
        self._percent = percent
        self._clock = clock
        self._folder = folder
        self._shown: Screen | None = Screen.IDLE  # None: stop
        self._changed = threading.Event()
        self._found: str | None = None
        self._thread = threading.Thread(target=self._run, name="backlight", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, with full light: whatever comes next on this panel is to be seen. It may not have begun."""
        self._shown = None
        self._changed.set()
        if self._thread.ident is not None:
            self._thread.join(_STOP_LIMIT_S)

    def show(self, snapshot: Snapshot) -> None:
        """As SnapshotSink."""
        self._display.show(snapshot)
        self._shown = snapshot.screen
        self._changed.set()

    def _run(self) -> None:
        # The newest screen alone counts: a driver that takes its time is never behind by more than one.
        while (screen := self._shown) is not None:
            self.set_for(screen)
            self._changed.wait(_LOOK_EVERY_S)
            self._changed.clear()
        self._set(_FULL)

    def set_for(self, screen: Screen) -> None:
        """Set every backlight as `screen` is to be seen now."""
        dark = screen in RESTING and self._night.holds(self._clock.now())
        self._set(self._percent if dark else _FULL)

    def _set(self, percent: int) -> None:
        try:
            backlights = sorted(self._folder.glob("*/max_brightness"))
            for backlight in backlights:
                most = int(backlight.read_text("ascii"))
                wanted = max(1, round(most * percent / _FULL))  # 0 puts some panels out altogether
                brightness = backlight.with_name("brightness")
                if int(brightness.read_text("ascii")) != wanted:
                    brightness.write_text(f"{wanted}\n", "ascii")
            self._tell("set" if backlights else "none")
        except (OSError, ValueError) as error:
            self._tell(f"not set: {error}")

    def _tell(self, found: str) -> None:
        if found != self._found:
            self._found = found
            _log.log(logging.INFO if found == "set" else logging.WARNING, 'backlight="%s"', found)
