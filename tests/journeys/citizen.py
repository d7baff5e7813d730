"""A citizen at a real window under X: rates by touch, types words and a number."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from device.row import Row
from device.snapshot import Snapshot
from tests.ui import snapshots
from tests.ui.window_process import WindowProcess, middle

WIDTH, HEIGHT = 1024, 600
WITHIN_S = 60.0

# A screen that has just come is deaf for 0.4 s, and it may come late on a machine that has much to do.
PAUSES_S = (0.8, 2.0, 5.0)

Place = tuple[float, float]
Places = dict[str, dict[str, Place]]


class TouchedWindow(Protocol):
    """A device whose window is on an X server."""

    display: str

    def rows(self) -> list[Row]:
        """The rating rows of its ledger."""
        ...


def look_up(*, languages: tuple[str, ...] = ("zh-Hans", "en"), language: str = "zh-Hans") -> Places:
    """Where to touch what, by screen in `language`: looked up in a window of the same size."""
    with WindowProcess(size=(WIDTH, HEIGHT), languages=languages) as window:

        def of() -> dict[str, Place]:
            window.until(lambda: not window.inspect()["deaf"])
            return {" ".join(map(str, part["target"])): middle(part) for part in window.targets()}

        def shown(snapshot: Callable[..., Snapshot], number: int) -> dict[str, Place]:
            window.show(snapshot(language, number=number))
            return of()

        found = {"level": shown(snapshots.level, 1), "reasons": shown(snapshots.reasons, 2)}
        found["form"] = shown(snapshots.words, 3)
        found["offering"] = shown(partial(snapshots.level, phone_offered=True), 4)
        found["phone"] = shown(snapshots.phone, 5)
        found["offering receipt"] = shown(partial(snapshots.reasons, receipts_offered=True), 6)
        found["receipt"] = shown(snapshots.receipt, 7)
        window.show(snapshots.words(language, number=8))
        window.until(lambda: not window.inspect()["deaf"])
        script = "pinyin" if language.startswith("zh") else "latin"
        window.tap("Open", "words", script)
        found["keyboard"] = of()
        window.tap("Close")
        window.tap("Open", "number", script)
        found["pad"] = of()
        found["idle"] = shown(snapshots.idle, 9)
        if "ChooseLanguage" in found["idle"]:
            window.tap("ChooseLanguage")
            found["languages"] = of()
    return found


class Citizen:
    """Touches one thing after the other, `pause_s` after each that brings another screen."""

    def __init__(self, window: TouchedWindow, places: Places, pause_s: float) -> None:
        self._window = window
        self._places = places
        self._pause_s = pause_s

    def rates(self, level: int) -> Row:
        """Touch the tile, again after a while if it was not there yet; the row."""
        before = len(self._window.rows())
        deadline_s = time.monotonic() + WITHIN_S
        while len(self._window.rows()) == before:
            assert time.monotonic() < deadline_s, "no level was heard"
            self.touches("level", f"LevelTile {level}")
            time.sleep(1)  # more often would be hammering
        return self._window.rows()[-1]

    def chooses(self, language: str, *, panel: bool) -> None:
        """On the idle screen: by its button, or on the `panel` that this brings on."""
        if panel:
            self.touches("idle", "ChooseLanguage")
        self.touches("languages" if panel else "idle", f"LanguageTile {language}")

    def types(self, letters: str, number: str) -> None:
        """Words by pinyin and a number, up to the form with both."""
        self.touches("reasons", "ButtonTile words")
        self.touches("form", "Open words pinyin")
        self._keys("keyboard", [*letters, " "])
        self.touches("keyboard", "Close")
        self.touches("form", "Open number pinyin")
        self._keys("pad", [*number])
        self.touches("pad", "Close")

    def asks_for_a_receipt(self, word: str) -> None:
        """From the reasons: the word of four digits, up to the code."""
        self.touches("offering receipt", "ButtonTile receipt")
        self._keys("receipt", [*word])
        self.touches("receipt", "ButtonTile finish")

    def agrees(self) -> None:
        """Tick the consent, and finish."""
        self.touches("form", "Agree")
        self.touches("form", "ButtonTile finish")

    def waits_for_a_row_after(self, level: Row, *, at_most_s: float) -> None:
        """Or until the time is over."""
        deadline_s = time.monotonic() + at_most_s
        while self._window.rows()[-1] == level and time.monotonic() < deadline_s:
            time.sleep(0.1)

    def touches(self, screen: str, target: str) -> None:
        """One finger on `target`, and the pause."""
        self._touch(self._places[screen][target])
        time.sleep(self._pause_s)

    def _keys(self, screen: str, keys: list[str]) -> None:
        for key in keys:
            self._touch(self._places[screen][f"Put {key}"])
            time.sleep(0.1)  # one finger is lifted before the next comes

    def _touch(self, place: Place) -> None:
        environment: dict[str, Any] = {**os.environ, "DISPLAY": self._window.display}
        x, y = place
        subprocess.run(
            ["xdotool", "mousemove", str(round(x)), str(round(HEIGHT - y)), "click", "1"],
            check=True,
            env=environment,
            timeout=WITHIN_S,
        )
