"""A display of lines of text, for devices that run without a screen."""

from __future__ import annotations

import queue
import sys
from typing import TextIO

from device.clock import Clock
from device.events import BEAT_S, Beat, Drawn
from device.inbox import Inbox
from device.settings import UiSection
from device.snapshot import Snapshot
from ui.presenter import present
from ui.texts import load_texts
from ui.views import (
    CannotRecordView,
    CleaningView,
    HeaderView,
    IdleView,
    KeyTestView,
    LevelView,
    PausedView,
    PhoneView,
    ReasonsView,
    ReceiptView,
    SpokenView,
    ThanksView,
    View,
    WarningView,
    WordsView,
)


def lines(view: View) -> tuple[str, ...]:
    """What the console says of a screen: never a level that was pressed, nor reasons, which would tell it.

    What is printed may end in a journal, and must be the same whatever was chosen.
    """
    match view:
        case IdleView():
            said = [
                _joined(view.hall, view.number, view.name),
                _joined(view.clerk),
                view.notice or view.invitation,
                *_warning(view.warning),
            ]
        case LevelView():
            choices = _joined(*(f"{tile.figure} {tile.word}" for tile in view.tiles))
            said = [_header(view.header), view.title, _joined(view.matter, view.promise), choices]
            said += _warning(view.warning)
        case ReasonsView():
            said = [_header(view.header), view.title, view.hint, *_warning(view.warning)]
        case WordsView() | ReceiptView() | PhoneView():  # never asked for where there is nothing to touch
            said = [_header(view.header), view.title]
        case ThanksView() | PausedView() | KeyTestView():
            said = [_header(view.header), view.title, view.sentence, *_warning(view.warning)]
        case SpokenView():
            # The bar names what was explored, and the columns may be reasons: neither is printed.
            said = [_header(view.header), view.title, *_warning(view.warning)]
        case CleaningView():
            said = [view.title, view.sentence]
        case CannotRecordView():
            said = [
                _header(view.header),
                view.title,
                view.sentence,
                _joined(view.fault, view.code),
                view.next,
            ]
    return tuple(line for line in said if line)


class ConsoleDisplay:
    """Prints what each screen says to `out` (stdout by default), when it says something else than before.

    A `device.snapshot.Display`. A screen counts as drawn when its lines were handed to `out`.
    """

    def __init__(self, *, section: UiSection, inbox: Inbox, clock: Clock, out: TextIO | None = None) -> None:
        self._section = section
        self._inbox = inbox
        self._clock = clock
        self._out = out
        self._snapshots: queue.SimpleQueue[Snapshot | None] = queue.SimpleQueue()

    def show(self, snapshot: Snapshot) -> None:
        self._snapshots.put(snapshot)

    def run(self) -> None:
        """Print until `stop`. Raises OSError when `out` cannot be written, ConfigError for texts."""
        out = self._out or sys.stdout
        book = load_texts(self._section)
        said: tuple[str, ...] = ()
        while True:
            try:
                snapshot = self._snapshots.get(timeout=BEAT_S)
            except queue.Empty:
                self._inbox.put(Beat(self._clock.mono_ms()))
                continue
            if snapshot is None:
                return
            now_said = lines(present(snapshot, book, self._clock.now()))
            if now_said != said:
                out.write("\n".join(now_said) + "\n\n")
                out.flush()
                said = now_said
            self._inbox.put(Drawn(snapshot.number, self._clock.mono_ms()))

    def stop(self) -> None:
        self._snapshots.put(None)


def _header(header: HeaderView) -> str:
    return _joined(header.test, header.window, header.clerk)


def _warning(warning: WarningView | None) -> list[str]:
    return [_joined(warning.sentence, warning.code)] if warning else []


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)
