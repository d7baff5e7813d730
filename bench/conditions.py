"""The conditions of a measurement: what a figure is worth nothing without."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from pathlib import Path

from bench.figures import Figures

_SYNCS = 50
_MODEL = Path("/proc/device-tree/model")  # of a board such as a Pi


def conditions(folder: Path) -> list[tuple[str, str]]:
    """Name and value of each condition; `folder` is where the measured files are written."""
    sync = _sync_ms(folder)
    return [
        ("machine", f"{_machine()}, {os.cpu_count()} cores, {platform.machine()}, {_memory_gib():.1f} GiB"),
        ("kernel", platform.release()),
        ("load before", f"{os.getloadavg()[0]:.2f}"),
        ("Python", platform.python_version()),
        ("SQLite", sqlite3.sqlite_version),
        ("file system", _file_system(folder)),
        ("fdatasync of 4 KiB", f"{sync.median:.2f} ms, p99 {sync.p99:.2f} ms"),
        ("screen", "none: drawn off-screen by software OpenGL, 1024×600"),
    ]


def _machine() -> str:
    if _MODEL.exists():
        return _MODEL.read_text("utf-8").strip("\0\n")
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown"


def _memory_gib() -> float:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30


def _file_system(folder: Path) -> str:
    """The type and options of the innermost mount that `folder` is on."""
    real = folder.resolve()
    best, kind = Path("/"), "unknown"
    for line in Path("/proc/self/mounts").read_text("utf-8").splitlines():
        _, where, name, options, *_ = line.split()
        mount = Path(where.replace("\\040", " "))
        if real.is_relative_to(mount) and len(mount.parts) >= len(best.parts):
            best, kind = mount, f"{name} ({options})"
    return kind


def _sync_ms(folder: Path) -> Figures:
    """How long an fdatasync of 4 KiB appended takes here: what every commit costs at least."""
    path = folder / "sync-probe"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    samples = []
    try:
        for _ in range(_SYNCS):
            os.write(handle, bytes(4096))
            before_ns = time.perf_counter_ns()
            os.fdatasync(handle)
            samples.append((time.perf_counter_ns() - before_ns) / 1e6)
    finally:
        os.close(handle)
        path.unlink()
    return Figures.of(samples)
