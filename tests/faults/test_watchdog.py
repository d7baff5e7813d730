"""A real device under a service manager's watchdog: fed while it works, and not when its screen is stuck."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hardware.fake_serial_line import FakeSerialLine
from tests.faults.device_alone import DeviceAlone
from tests.patience import PATIENCE_S, quickest_s

pytestmark = pytest.mark.alone


class Manager:
    """The socket of a service manager, and what came to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))

    def close(self) -> None:
        self._socket.close()

    def environment(self) -> dict[str, str]:
        return {"NOTIFY_SOCKET": str(self.path), "WATCHDOG_USEC": "10000000", "SDL_VIDEODRIVER": "offscreen"}

    def hears(self, notice: bytes, within_s: float = PATIENCE_S) -> bool:
        deadline_s = time.monotonic() + within_s
        while (left_s := deadline_s - time.monotonic()) > 0:
            self._socket.settimeout(left_s)
            try:
                if self._socket.recv(100) == notice:
                    return True
            except TimeoutError:
                break
        return False

    def fed_after_s(self) -> float:
        """How long it takes until it is fed again."""
        began_s = time.monotonic()
        assert self.hears(b"WATCHDOG=1")
        return time.monotonic() - began_s


@pytest.fixture
def manager(tmp_path):
    manager = Manager(tmp_path / "notify")
    yield manager
    manager.close()


def test_ready_then_fed_as_long_as_it_works_then_stopping(tmp_path, manager):
    with DeviceAlone(tmp_path, tmp_path / "data", **manager.environment()):
        assert manager.hears(b"READY=1")
        assert manager.hears(b"WATCHDOG=1")
        assert quickest_s(manager.fed_after_s, under_s=5) < 5  # half of what the manager waits
    assert manager.hears(b"STOPPING=1")


def test_the_window_feeds_too(tmp_path, manager):
    alone = DeviceAlone(tmp_path, tmp_path / "data", **manager.environment())
    text = alone.config.read_text("utf-8").replace('display = "console"', "fullscreen = false")
    alone.config.write_text(text, "utf-8")
    with alone:
        assert manager.hears(b"READY=1")
        assert manager.hears(b"WATCHDOG=1")
        assert quickest_s(manager.fed_after_s, under_s=5) < 5  # half of what the manager waits


def test_a_screen_that_is_stuck_is_not_covered_up_for(tmp_path, manager):
    alone = DeviceAlone(tmp_path, tmp_path / "data")
    output, screen = os.pipe()
    fcntl.fcntl(screen, fcntl.F_SETPIPE_SZ, 4096)
    process = subprocess.Popen(
        [sys.executable, "-m", "device", "--config", str(alone.config)],
        stdout=screen,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **manager.environment()},
    )
    try:
        assert manager.hears(b"READY=1")
        assert manager.hears(b"WATCHDOG=1")
        os.set_blocking(screen, False)
        with contextlib.suppress(BlockingIOError):
            while os.write(screen, bytes(1)):  # nobody reads: the next screen cannot be shown
                pass
        os.set_blocking(screen, True)
        # A panel that is not there is found lost at the start; plugging one in changes the screen.
        with FakeSerialLine(tmp_path / "panel"):
            deadline_s = time.monotonic() + PATIENCE_S
            while manager.hears(b"WATCHDOG=1", 7):  # until it is found stuck; it is fed more often than that
                assert time.monotonic() < deadline_s, "it is fed on"
            os.read(output, 4096)
            assert manager.hears(b"WATCHDOG=1")
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        os.close(output)
        os.close(screen)
