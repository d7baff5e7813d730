"""Where measurements work: empty folders, and one running demo for all that need the whole loop."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.running_demo import RunningDemo


class Stand:
    """Works in `place`, an empty folder on the disk that is measured. One thread; use with `with`."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._numbers = count(1)
        self._stack = ExitStack()
        self._demo: RunningDemo | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def folder(self) -> Path:
        """A new empty folder."""
        folder = self.place / str(next(self._numbers))
        folder.mkdir()
        return folder

    def demo(self) -> RunningDemo:
        """The demo, started when it is first asked for. Raises ChuangpingError when it does not start."""
        if self._demo is None:
            self._demo = self._stack.enter_context(RunningDemo(self.folder() / "demo"))
            self._demo.visit()  # the first visit makes its screens and takes longer than any later one
        return self._demo
