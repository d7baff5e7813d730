"""The writing system calls of processes, counted by strace: fsyncs, bytes, to which file."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from device.errors import ChuangpingError

_CALLS = "trace=write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync"
# One thread to a file (-ff), so that no line is broken by another thread's; -y names the file of a handle.
_LINE = re.compile(r"^(?P<call>\w+)\(\d+<(?P<path>[^>]+)>.*\)\s+= (?P<result>-?\d+)")
_ATTACH_S = 10.0


@dataclass(frozen=True, slots=True)
class Call:
    """One call that succeeded: `syncs` is 1 or 0, `written` in bytes."""

    path: str
    syncs: int
    written: int


def strace(output: Path, *arguments: str) -> list[str]:
    """The command that traces; raises ChuangpingError without strace."""
    program = shutil.which("strace")
    if program is None:
        raise ChuangpingError("strace is missing: install the Debian package strace")
    return [
        program,
        "-ff",
        "-y",
        "-qq",
        "-s",
        "0",
        "-e",
        _CALLS,
        "-e",
        "signal=none",
        "-o",
        str(output),
        *arguments,
    ]


def calls(output: Path) -> Iterator[Call]:
    """What was traced into `output`, thread by thread, each in the order in which it called."""
    for file in sorted(output.parent.glob(f"{output.name}.*")):
        for line in file.read_text("utf-8", "replace").splitlines():
            found = _LINE.match(line)
            if found is None or int(found["result"]) < 0:
                continue
            is_sync = found["call"] in ("fsync", "fdatasync")
            yield Call(found["path"], int(is_sync), 0 if is_sync else int(found["result"]))


class Attached:
    """Traces running processes for as long as a `with` lasts; then `calls(output)` are theirs.

    Raises ChuangpingError when they may not be traced (kernel.yama.ptrace_scope: then be root).
    """

    def __init__(self, output: Path, pids: Sequence[int]) -> None:
        self._output = output
        self._pids = pids

    def __enter__(self) -> Self:
        arguments = [part for pid in self._pids for part in ("-p", str(pid))]
        self._process = subprocess.Popen(
            strace(self._output, *arguments), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        deadline_s = time.monotonic() + _ATTACH_S
        while not all(_is_traced(pid) for pid in self._pids):
            if self._process.poll() is not None or time.monotonic() > deadline_s:
                _, errors = self._end()
                raise ChuangpingError(f"strace cannot attach: {errors.decode('utf-8', 'replace').strip()}")
            time.sleep(0.05)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> tuple[bytes, bytes]:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # detaches; the traced processes go on
        return self._process.communicate(timeout=_ATTACH_S)


def _is_traced(pid: int) -> bool:
    """Whether every thread of the process has its tracer."""
    statuses = [path.read_text("ascii", "replace") for path in Path(f"/proc/{pid}/task").glob("*/status")]
    return all("TracerPid:\t0\n" not in status for status in statuses)
