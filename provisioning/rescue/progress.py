"""The progress of long work on rows: a line now and then, none for what is soon done."""

from __future__ import annotations

from provisioning.telling import Telling

_ROWS = 20_000  # between two lines


class Progress:
    """Says the sentence `name` of `telling` with `rows`, whenever they are a good deal more."""

    def __init__(self, telling: Telling, name: str) -> None:
        self._telling = telling
        self._name = name
        self._said = 0

    def at(self, rows: int) -> None:
        """So many rows are done."""
        if rows // _ROWS > self._said // _ROWS:
            self._telling.say(self._name, rows=rows)
            self._said = rows
