"""A technician's command that goes on for a while: what it says line by line, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

ENDS_WITHIN_S = 120


class TechnicianCommand:
    """`chuangping device VERB …` in a process of its own. Use with `with`. `said`: its lines so far."""

    def __init__(self, verb: str, config: Path | str, *options: str) -> None:
        self._arguments = [
            sys.executable,
            "-m",
            "provisioning",
            "device",
            verb,
            "--config",
            str(config),
            *("--lang", "en"),
            *options,
        ]
        self.said: list[str] = []

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._arguments,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            text=True,
            encoding="utf-8",
        )
        self._reader = threading.Thread(target=self._read, name="command-reader", daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join(5)
        for stream in (self._process.stdout, self._process.stderr):
            assert stream is not None
            stream.close()

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.said.append(line.rstrip("\n"))

    def has_said(self, words: str) -> bool:
        return any(words in line for line in self.said)

    def interrupt(self) -> None:
        """Ctrl-C."""
        self._process.send_signal(signal.SIGINT)

    def ended(self) -> tuple[int, str]:
        """Its exit code and standard output, when it has ended."""
        code = self._process.wait(ENDS_WITHIN_S)
        self._reader.join(5)
        assert self._process.stdout is not None
        return code, self._process.stdout.read()
