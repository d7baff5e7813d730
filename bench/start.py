"""From the start of the device's process to its first frame."""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.environment import device_environment
from bench.figures import FIGURE_HEADS, Figures, table
from bench.press import noted_device
from bench.stand import Stand
from device.errors import ChuangpingError

COUNT = 15

_LOOK_S = 0.001
_WITHIN_S = 60.0

_CONFIG = """\
kind = "device"
[device]
id = "cp-bench"
folder = "{folder}/data"
[window]
id = "W07"
[panel]
kind = "none"
[ui]
fullscreen = false
screenshot = "{folder}/screen.png"
[counter]
port = {port}
token_file = "{folder}/token"
[ledger]
ballast_kib = 64
"""


def measure(count: int, stand: Stand) -> str:
    """Start the device `count` times, each with a new folder; the kernel has all programs in its cache."""
    _imports_ms("device.__main__")  # compiled and cached from here on
    samples: dict[str, list[float]] = {}
    for _ in range(count):
        steps = {
            "Python itself": _imports_ms("sys"),
            "all modules of the device but Kivy": _imports_ms("device.__main__"),
            **_start_ms(stand.folder()),
            "a device without counter link: first frame drawn": noted_device(stand.folder(), 0)[
                "first_drawn_ms"
            ],
        }
        for name, took_ms in steps.items():
            samples.setdefault(name, []).append(took_ms)
    return table(
        ["ms after the process was started", *FIGURE_HEADS],
        [[name, *Figures.of(values).cells(0)] for name, values in samples.items()],
    )


def _imports_ms(module: str) -> float:
    """How long it takes from the start of an interpreter until `module` is imported in it."""
    before_ns = time.monotonic_ns()
    with subprocess.Popen(
        [sys.executable, "-c", f"import {module}; print(flush=True)"],
        stdout=subprocess.PIPE,
        env=device_environment(),
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        return (time.monotonic_ns() - before_ns) / 1e6


def _start_ms(folder: Path) -> dict[str, float]:
    """Start the device as its service does; the folder is new, so its files are made too."""
    token = folder / "token"
    token.touch(mode=0o600)
    token.write_text("a-token-of-the-bench\n")
    config = folder / "device.toml"
    config.write_text(_CONFIG.format(folder=folder, port=_free_port()))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices, (folder / "log").open("wb") as log:
        name = f"chuangping-bench-{secrets.token_hex(8)}"
        notices.bind(f"\0{name}")
        notices.setblocking(False)
        before_ns = time.monotonic_ns()
        process = subprocess.Popen(
            [sys.executable, "-m", "device", "--config", str(config)],
            env=device_environment() | {"NOTIFY_SOCKET": f"@{name}"},
            stdout=log,
            stderr=log,
        )
        try:
            seen_ns = _await_ns(
                {
                    "screen.png: first frame drawn, read back, written": (folder / "screen.png").exists,
                    "READY=1: the counter link and the panel are up": lambda: _is_ready(notices),
                },
                process,
                folder / "log",
            )
            return {what: (at_ns - before_ns) / 1e6 for what, at_ns in seen_ns.items()}
        finally:
            process.terminate()
            process.wait(_WITHIN_S)


def _is_ready(notices: socket.socket) -> bool:
    try:
        return b"READY=1" in notices.recv(4096)
    except BlockingIOError:
        return False


def _await_ns(
    awaited: dict[str, Callable[[], bool]], process: subprocess.Popen[bytes], log: Path
) -> dict[str, int]:
    """When each came, by the monotonic clock. Raises ChuangpingError when the device ends, or in 60 s."""
    until_s = time.monotonic() + _WITHIN_S
    seen: dict[str, int] = {}
    while len(seen) < len(awaited):
        for what, is_so in awaited.items():
            if what not in seen and is_so():
                seen[what] = time.monotonic_ns()
        if process.poll() is not None or time.monotonic() > until_s:
            said = log.read_text("utf-8", "replace").strip()
            raise ChuangpingError(f"the device did not come up: {said}")
        time.sleep(_LOOK_S)
    return {what: seen[what] for what in awaited}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
