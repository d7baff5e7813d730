"""Draws every screen of one glass through the real window: WebP files, and on stdout what is seen in each."""

from __future__ import annotations

import dataclasses
import sys
import zlib
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image

from device.clock import FakeClock
from device.events import Event
from device.inbox import Inbox
from device.settings import UiSection
from tests.ui import snapshots
from tests.ui.display_process import parts_shown
from tests.ui.panels import REVIEWED, Panel
from tests.ui.seeing import look_at
from tests.ui.sittings import Drawn, sitters
from ui.letter_size import ChangeSize
from ui.window import KivyDisplay


class Begin(Inbox):
    """Nobody reads it: it says when the first frame has been drawn."""

    def __init__(self, begin: Any) -> None:
        super().__init__()
        self._begin = begin

    def put(self, event: Event) -> None:
        begin, self._begin = self._begin, None
        if begin:
            begin()


class Painter:
    """Shows one screen after the other and looks at its first frame. Kivy's thread."""

    def __init__(self, panel: Panel, folder: Path) -> None:
        self._panel = panel
        self._folder = folder
        self._sitters = iter(sitters(panel).items())
        self._number = 1
        self._touched = False
        self._seen: tuple[Drawn, bytes] | None = None
        width, height = panel.size
        section = UiSection(
            width=width,
            height=height,
            fullscreen=False,
            **{"languages": REVIEWED, "unreviewed": panel.drawn} | panel.ui,  # type: ignore[arg-type]
        )
        self._display = KivyDisplay(section=section, inbox=Begin(self._begin), clock=FakeClock())

    def run(self) -> None:
        self._display.show(snapshots.key_test(number=1))
        self._display.run()

    def _begin(self) -> None:
        from kivy.core.window import Window

        Window.bind(on_flip=self._flip)
        self._next()

    def _next(self) -> None:
        self._number += 1
        self._touched, self._seen = False, None
        try:
            self._name, self._sitter = next(self._sitters)
        except StopIteration:
            self._display.stop()
            return
        snapshot, _ = self._sitter
        # Each is a visit of its own: larger letters end with one.
        self._display.show(dataclasses.replace(snapshot, number=self._number, visit=str(self._number)))

    def _flip(self, window: Any) -> None:
        """A frame is drawn and not yet on the glass: it is the first one of what was shown."""
        _, touched = self._sitter
        if touched is not None and not self._touched:
            self._touched = True
            window.children[0].bring(touched)
            window.canvas.ask_update()
            return
        if isinstance(touched, ChangeSize) and not window.children[0].children[0].layout.enlarged:
            window.canvas.ask_update()  # it is still being made
            return
        pixels = self._pixels()
        if self._seen is None:
            self._seen = self._look(pixels), pixels
            if self._panel.again:
                window.canvas.ask_update()
                return
        drawn, first = self._seen
        again = first == pixels if self._panel.again else None
        sys.stdout.buffer.write(msgspec.json.encode(dataclasses.replace(drawn, again=again)) + b"\n")
        self._next()

    def _pixels(self) -> bytes:
        from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

        return bytes(glReadPixels(0, 0, *self._panel.size, GL_RGBA, GL_UNSIGNED_BYTE))

    def _look(self, pixels: bytes) -> Drawn:
        width, height = self._panel.size
        row = 4 * width
        picture = Image.frombytes("RGB", self._panel.size, pixels, "raw", "RGBX", row, -1)
        # As exact as PNG at its quickest, in half the room.
        picture.save(self._folder / f"{self._name}.webp", lossless=True, method=1, quality=0)
        layout = self._panel.layout
        title = layout.lines(1, layout.title) + layout.lines(1, layout.small)
        head = layout.crown + layout.header + layout.px(2.2) + title
        snapshot, _ = self._sitter
        return Drawn(
            name=self._name,
            language=snapshot.language,
            panel=self._panel,
            parts=[look_at(picture, part, layout) for part in parts_shown()],
            whole=zlib.crc32(pixels),
            head=zlib.crc32(pixels[row * (height - head) :]),
            foot=zlib.crc32(pixels[: row * layout.footer]),
            again=None,
        )


def main() -> None:
    panel, folder = sys.argv[1:]
    Painter(msgspec.json.decode(panel, type=Panel), Path(folder)).run()


if __name__ == "__main__":
    main()
