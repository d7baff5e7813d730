"""The console script: what it prints, and its exit code."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from provisioning.__main__ import main

COMMAND = [sys.executable, "-m", "provisioning"]


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended. What it printed was UTF-8; line ends are as they were."""

    returncode: int
    stdout: str
    stderr: str


def chuangping(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> Done:
    """Run `chuangping ARGUMENTS` to its end, in a process of its own."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        timeout=120,
        check=False,
        env={**os.environ, **(environment or {})},
    )
    return Done(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def chuangping_here(*arguments: str | Path) -> Done:
    """The same in this process, ten times as quick, and nobody there to answer.

    Not for commands that become another process.
    """
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    typed, sys.stdin = sys.stdin, io.StringIO()
    try:
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            pytest.raises(SystemExit) as ended,
        ):
            main([str(argument) for argument in arguments])
    finally:
        sys.stdin = typed
    for stream in (out, err):
        stream.flush()
    code = ended.value.code
    assert isinstance(code, int)
    return Done(code, *(stream.buffer.getvalue().decode("utf-8") for stream in (out, err)))  # type: ignore[attr-defined]
