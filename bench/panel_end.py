"""The outer end of a key panel's line: presses are written to it, lamps and clicks are heard on it."""

from __future__ import annotations

import os
import threading
import tty

from bench.hand_over import HandOver, Notes
from hardware.sentence import KeySentence, Stroke

_CLICK = b"$HCPBP,"
_LAMPS = b"$HCPLT,"


class PanelEnd:
    """Notes when a click, or lamps that were dark and are lit, are on the line. `device`: the inner end."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._outer, inner = os.openpty()
        tty.setraw(inner)
        self.device = os.ttyname(inner)
        self.dark = threading.Event()
        self.dark.set()
        self._presses = 0
        threading.Thread(target=self._listen, name="panel-end", daemon=True).start()

    def press(self, key: int) -> None:
        """What a panel sends when key `key` goes down."""
        self._presses += 1
        os.write(self._outer, KeySentence(key, Stroke.DOWN, self._presses).encode())

    def _listen(self) -> None:
        rest = b""
        while True:
            *sentences, rest = (rest + os.read(self._outer, 4096)).split(b"\n")
            for sentence in sentences:
                if sentence.startswith(_CLICK):
                    self._notes.note(HandOver.BEEP_SENT)
                elif sentence.startswith(_LAMPS):
                    self._hear_lamps(lit=not sentence.startswith(_LAMPS + b"0*"))

    def _hear_lamps(self, *, lit: bool) -> None:
        if not lit:
            self.dark.set()
        elif self.dark.is_set():
            self.dark.clear()
            self._notes.note(HandOver.LAMPS_SENT)
