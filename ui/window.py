"""The Kivy window as a display; Kivy is imported when it opens, in an environment made for it."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from device.clock import Clock
from device.errors import HardwareError
from device.inbox import Inbox
from device.settings import UiSection
from device.snapshot import Snapshot
from ui.fonts import font
from ui.kivy_environment import configure, prepare, video_driver
from ui.letters import faces
from ui.pinyin import load_pinyin
from ui.screen_file import ScreenFile
from ui.sight import sight_of
from ui.texts import load_texts

if TYPE_CHECKING:
    from ui.frames import Frames

_log = logging.getLogger(__name__)

GIVE_WAY_S = 0.001
"""How long the thread that draws goes on when another wants to run: lamps and clicks are another's."""


class KivyDisplay:
    """Shows snapshots in a window and enqueues touches. A `device.snapshot.Display`; one in a process.

    `Drawn` follows the first frame of each snapshot that was drawn; one that is overtaken is never drawn.
    `stop` may be called by a signal handler, which may have interrupted anything: there is no lock here.
    """

    def __init__(self, *, section: UiSection, inbox: Inbox, clock: Clock) -> None:
        self._section = section
        self._inbox = inbox
        self._clock = clock
        self._newest: Snapshot | None = None
        self._frames: Frames | None = None
        self._stopping = False

    def show(self, snapshot: Snapshot) -> None:
        self._newest = snapshot
        if (frames := self._frames) is not None:
            frames.wake()

    def run(self) -> None:
        """Open the window and draw until `stop`, or until somebody closes the window. The main thread.

        Raises HardwareError when no window can be opened or the fonts are missing, ConfigError when a text
        is.
        """
        sys.setswitchinterval(GIVE_WAY_S)
        book, pinyin = load_texts(self._section), load_pinyin()
        names = [book.of(language).pack.name for language in book.languages]
        for face in faces(("中文", *names)):
            for bold in (False, True):
                font(24, bold=bold, face=face)
        screen_file = ScreenFile(self._section.screenshot) if self._section.screenshot else None
        with tempfile.TemporaryDirectory(prefix="chuangping-kivy-") as home:
            driver = video_driver(os.environ)
            prepare(Path(home), driver)
            configure(self._section, driver=driver)
            from kivy.core.window import Window  # noqa: PLC0415 - importing it opens the window

            if Window is None:
                raise HardwareError(
                    f"no window can be opened (SDL video driver {driver}): check that the screen is there,"
                    " that the user is in the groups video, render and input, and that the Debian packages"
                    " libgl1-mesa-dri libgl1 libegl1 libgles2 are installed"
                )
            from ui.frames import Frames  # noqa: PLC0415 - imports Kivy

            frames = Frames(
                window=Window,
                newest=lambda: self._newest,
                book=book,
                pinyin=pinyin,
                inbox=self._inbox,
                clock=self._clock,
                screen_file=screen_file,
                sight=sight_of(self._section),
            )
            if screen_file:
                screen_file.start()
            try:
                self._frames = frames
                if not self._stopping:
                    _log.info("display=open driver=%s size=%sx%s", driver, *Window.size)
                    frames.run()
            finally:
                self._frames = None
                if screen_file:
                    screen_file.stop()
                Window.close()
                _log.info("display=closed")

    def stop(self) -> None:
        self._stopping = True
        if (frames := self._frames) is not None:
            frames.stop()
