"""Where the processes of a device write their logs, and how the newest of it is read."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_JOURNAL_S = 30.0
_LINES = 50_000
_UNITS = ("chuangping-device.service", "chuangping-sync.service")
_FILES = ("device.log", "sync.log")


@dataclass(frozen=True, slots=True)
class LogPart:
    """A piece of a log: whole lines, in the order in which they were written."""

    name: str
    content: bytes


class LogsSource(Protocol):
    """One way to read logs."""

    def newest(self, most: int) -> list[LogPart]:
        """Of each log its newest lines, at most `most` bytes. Raises OSError."""
        ...


class JournalLogs:
    """The journal of systemd. The user must be in its group (systemd-journal)."""

    def __init__(self, program: str = "journalctl") -> None:
        self._program = program

    def newest(self, most: int) -> list[LogPart]:
        """The units of device and agent together."""
        how = ("--quiet", "--no-pager", "--no-hostname", "--output=short-iso", f"--lines={_LINES}")
        command = [self._program, *how, *(f"--unit={unit}" for unit in _UNITS)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_JOURNAL_S, check=False)
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"{self._program} did not end within {_JOURNAL_S:g} s") from None
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip()
            raise OSError(f"{self._program} ended with {done.returncode}: {said[:200]}")
        return [LogPart("journal.log", _end_of(done.stdout, most))]


class FileLogs:
    """The files `device.log` and `sync.log` in `folder`; others there are other people's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def newest(self, most: int) -> list[LogPart]:
        """Each file that is there, the one written last first."""
        files = [self._folder / name for name in _FILES if (self._folder / name).exists()]
        files.sort(key=lambda file: file.stat().st_mtime_ns, reverse=True)
        return [LogPart(file.name, self._end(file, most)) for file in files]

    @staticmethod
    def _end(file: Path, most: int) -> bytes:
        with file.open("rb") as opened:
            size = opened.seek(0, os.SEEK_END)
            opened.seek(max(0, size - most - 1))
            return _end_of(opened.read(), most)


def _end_of(log: bytes, most: int) -> bytes:
    """The last whole lines of `log`, at most `most` bytes."""
    if len(log) <= most:
        return log
    _, _, lines = log[len(log) - most - 1 :].partition(b"\n")
    return lines
