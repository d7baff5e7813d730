"""Every screen in some languages, drawn off-screen in one size: pictures, and which texts do not fit."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from device.errors import HardwareError
from device.settings import UiSection
from device.snapshot import Snapshot
from ui.kivy_environment import configure, prepare
from ui.layout import Layout
from ui.letter_size import ChangeSize
from ui.pinyin import load_pinyin
from ui.presenter import present
from ui.samples import NOW, Touched, samples, touched
from ui.texts import TextBook

_FRAMES = 3  # a text that is laid out anew for its own width takes one more


@dataclass(frozen=True, slots=True)
class Sample:
    """One screen as it was drawn. `cut`: the texts that end in an ellipsis."""

    language: str
    name: str
    picture: Image.Image
    cut: tuple[str, ...]


def draw(book: TextBook, languages: Sequence[str], width: int, height: int) -> Iterator[Sample]:
    """The screens in `languages` of a hall that has those of `book`; once in a process, on its main thread.

    Raises HardwareError when nothing can be drawn here.
    """
    with tempfile.TemporaryDirectory(prefix="chuangping-kivy-") as home:
        prepare(Path(home), "offscreen")
        configure(UiSection(width=width, height=height, fullscreen=False), driver="offscreen")
        from kivy.core.window import Window  # noqa: PLC0415 - importing it opens the window

        if Window is None:
            raise HardwareError(
                "nothing can be drawn here: install the Debian packages"
                " libgl1-mesa-dri libgl1 libegl1 libgles2"
            )
        from kivy.base import EventLoop, runTouchApp, stopTouchApp  # noqa: PLC0415 - imports Kivy

        from ui.rules import load_rules  # noqa: PLC0415
        from ui.stage import Stage  # noqa: PLC0415

        load_rules()
        stage = Stage(
            on_finger_down=lambda *_: None,
            on_finger_up=lambda *_: None,
            on_typed=lambda: None,
            on_letters=lambda: None,
            book=load_pinyin(),
        )
        Window.add_widget(stage)
        runTouchApp(embedded=True)
        layout = Layout(width, height)
        try:
            for language in languages:
                for name, (snapshot, more) in _shown(language).items():
                    asked = isinstance(more, ChangeSize)
                    view = present(snapshot, book, NOW, enlarged=asked)
                    stage.show_view(view, dataclasses.replace(layout, enlarged=asked))
                    if more is not None:
                        stage.bring(more)
                    for _ in range(_FRAMES):
                        EventLoop.idle()
                    yield Sample(language, name, _picture(Window), tuple(_cut(stage)))
        finally:
            stopTouchApp()
            Window.close()


def _shown(language: str) -> dict[str, tuple[Snapshot, Touched | None]]:
    return {**{name: (snapshot, None) for name, snapshot in samples(language).items()}, **touched(language)}


def _picture(window: Any) -> Image.Image:
    from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels  # noqa: PLC0415 - imports Kivy

    width, height = window.system_size
    window.dispatch("on_draw")
    data = bytes(glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE))
    picture = Image.frombytes("RGBA", (int(width), int(height)), data)
    return picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM).convert("RGB")


def _cut(part: Any) -> Iterator[str]:
    """The visible texts in `part` that end in an ellipsis."""
    from ui.widgets.text import Text  # noqa: PLC0415 - imports Kivy

    if part.opacity == 0:
        return
    if isinstance(part, Text) and part.cut:
        yield part.text
    for child in part.children:
        yield from _cut(child)
