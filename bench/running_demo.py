"""A running demo as a measurement uses it: its processes, its counter, its panel, its files."""

from __future__ import annotations

import itertools
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from bench.ratings import handling
from device.errors import ChuangpingError
from device.sqlite_file import open_reader
from hardware.sentence import KeySentence, Stroke
from provisioning.demo.counter_client import CounterClient
from provisioning.demo.layout import Layout

_KEY = 4
_ENDS_WITHIN_S = 60.0
_SHOWN_AFTER_S = 0.3  # an idle device draws an invitation within 0.3 s of its answer
_PATIENCE_S = 30.0
_MOST_PRESSES = 5
_TAKEN_WITHIN_NS = 3_000_000_000
LOOK_S = 0.0002
_VISIT_S = 0.5  # reasons and thanks at their shortest, with the pictures of the screen


class RunningDemo:
    """`chuangping demo --headless --fast` in `folder` for as long as a `with` lasts. One thread.

    Raises ChuangpingError when it does not start.
    """

    def __init__(self, folder: Path) -> None:
        self.layout = Layout(folder)
        self._numbers = itertools.count(1)
        self._presses = itertools.count(1)

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "provisioning", "demo", "--headless", "--fast"]
        self._process = subprocess.Popen(
            [*command, "--dir", str(self.layout.folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            _, errors = self._process.communicate(timeout=_ENDS_WITHIN_S)
            raise ChuangpingError(f"the demo did not start: {errors.strip()}")
        ready: dict[str, Any] = json.loads(line)
        self.pids: dict[str, int] = ready["pids"]
        self._counter = CounterClient(ready["counter"], ready["counter_token"])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.communicate(timeout=_ENDS_WITHIN_S)

    def invite(self) -> None:
        """Invite for a new handling, and wait until an idle device shows it. Raises ChuangpingError."""
        until_s = time.monotonic() + _PATIENCE_S
        while self._counter.invite(msgspec.to_builtins(handling(next(self._numbers)))) is None:
            if time.monotonic() > until_s:
                raise ChuangpingError(f"every invitation was refused for {_PATIENCE_S:g} s")
            time.sleep(_VISIT_S)
        time.sleep(_SHOWN_AFTER_S)

    def press(self, is_taken: Callable[[], bool]) -> int:
        """Press a key until `is_taken`, which is asked all the time.

        Returns the monotonic clock in nanoseconds just before the byte that was taken was written. A press
        before the first frame of its screen is dropped, as it should be. Raises ChuangpingError.
        """
        for _ in range(_MOST_PRESSES):
            sentence = KeySentence(_KEY, Stroke.DOWN, next(self._presses)).encode()
            with self.layout.panel.open("wb", buffering=0) as line:
                written_ns = time.monotonic_ns()
                line.write(sentence)
            while time.monotonic_ns() < written_ns + _TAKEN_WITHIN_NS:
                if is_taken():
                    return written_ns
                time.sleep(LOOK_S)
        raise ChuangpingError(f"{_MOST_PRESSES} presses were not taken")

    def leave(self) -> None:
        """Wait until the visit is over."""
        time.sleep(_VISIT_S)

    def visit(self) -> None:
        """One visit from its invitation to its end."""
        self.invite()
        with closing(open_reader(self.layout.ledger)) as ledger:
            before = last_seq(ledger)
            self.press(lambda: last_seq(ledger) > before)
        self.leave()


def last_seq(ledger: sqlite3.Connection) -> int:
    """The last row that is committed."""
    return ledger.execute("SELECT max(seq) FROM ledger").fetchone()[0] or 0
