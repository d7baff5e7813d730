"""A terminal as a technician has it open: commands are typed, and photographed with what they say."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from PIL import Image, ImageChops, ImageOps

from tests.docs.pictures.x_server import XServer
from tests.patience import until

_COLUMNS, _LINES = 96, 34
_WITHIN_S = 60
_PAPER, _INK, _EDGE = "#ffffff", "#1c1c1c", "#c8c8c8"
_MARGIN = 14
_COLOURS = 48


class Terminal:
    """xterm with a shell whose prompt is `prompt`. `log`: a file for what it said. Use with `with`."""

    def __init__(self, prompt: str, *, log: Path, programs: Path, folder: Path, locale: str) -> None:
        self._prompt = prompt
        self._log = log
        self._rc = log.with_suffix(".rc")
        self._locale = locale
        self._folder = folder
        self._environment = {
            **os.environ,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "LC_ALL": "C.UTF-8",  # for the terminal; the technician's need not be there
            "PYTHONIOENCODING": "utf-8",
            "HISTFILE": "/dev/null",
        }
        self._screen = XServer(1200, 900)

    def __enter__(self) -> Self:
        self._screen.__enter__()
        self._log.write_bytes(b"")
        self._rc.write_text(
            f"PS1='{self._prompt}'\nbind 'set enable-bracketed-paste off'\n"
            f"unset LC_ALL\nexport LC_CTYPE=C.UTF-8 LANG={self._locale}\n",
            "utf-8",
        )
        self._process = subprocess.Popen(
            [
                *("xterm", "-geometry", f"{_COLUMNS}x{_LINES}+0+0", "-b", str(_MARGIN), "-bw", "0"),
                *("-fa", "DejaVu Sans Mono", "-fd", "Noto Sans Mono CJK SC", "-fs", "12", "+sb"),
                *("-bg", _PAPER, "-fg", _INK, "-cr", _PAPER, "-xrm", "XTerm*cursorBlink: false", "-u8"),
                *("-e", "script", "-qf", str(self._log), "-c", f"bash --noprofile --rcfile {self._rc}"),
            ],
            env={**self._environment, "DISPLAY": self._screen.name},
            cwd=self._folder,
        )
        self._prompts = 0
        self._wait_for_prompt()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._screen.__exit__(kind, error, trace)

    def run(self, line: str, *answers: str, until_said: str = "") -> None:
        """Type `line`; after it `answers`, each when a question stands there. Wait for its end.

        With `until_said` it waits for these words only, and the command goes on."""
        seen = len(self._said())
        self._screen.type(line + "\n")
        for answer in answers:
            self._wait_for_question(after=seen)
            self._screen.type(answer + "\n")
            seen = len(self._said())
        if until_said:
            self.hears(until_said)
        else:
            self._wait_for_prompt()

    def hears(self, words: str) -> None:
        """Wait until `words` were said."""
        until(lambda: words in self._said(), what=f"{words!r} in {self._said()}", within_s=_WITHIN_S)

    def ends(self) -> None:
        """Wait for the end of the command that goes on."""
        self._wait_for_prompt()

    def clear(self) -> None:
        """An empty screen."""
        self._screen.type("clear\n")
        self._wait_for_prompt()

    def picture(self) -> Image.Image:
        """What is on it, down to the last line that was written, with an edge."""
        whole = self._screen.picture().convert("RGB")
        paper = Image.new("RGB", whole.size, _PAPER)
        black = ImageChops.difference(whole, Image.new("RGB", whole.size, "#000000")).getbbox()
        assert black is not None  # beside the terminal the screen is black
        terminal = whole.crop(black)
        written = ImageChops.difference(terminal, paper.crop((0, 0, *terminal.size))).getbbox()
        assert written is not None
        height = min(written[3] + _MARGIN, terminal.height)
        cropped = ImageOps.expand(terminal.crop((0, 0, terminal.width, height)), 1, _EDGE)
        return cropped.quantize(_COLOURS, dither=Image.Dither.NONE)

    def _said(self) -> str:
        return self._log.read_text("utf-8", "replace")

    def _wait_for_question(self, *, after: int) -> None:
        until(lambda: self._said()[after:].rstrip().endswith(":"), what="a question", within_s=_WITHIN_S)

    def _wait_for_prompt(self) -> None:
        until(
            lambda: self._said().count(self._prompt) > self._prompts,
            what=f"the prompt after {self._said()[-2000:]}",
            within_s=_WITHIN_S,
        )
        self._prompts = self._said().count(self._prompt)
