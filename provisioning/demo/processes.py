"""Child processes that are kept running: started, waited for, started again, ended together."""

from __future__ import annotations

import ctypes
import logging
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from device.errors import ChuangpingError, ConfigError

log = logging.getLogger(__name__)

_PR_SET_PDEATHSIG = 1
_AGAIN_AFTER_S = 0.4  # between two starts of the same process, so that one that fails at once does not spin
_DO_NOT_RESTART = ConfigError.exit_code


@dataclass(slots=True)
class Child:
    """One process: its command, where its output goes, how to know that it is up.

    `tells`: it sends READY=1 to the service manager; otherwise `is_up` is asked.
    """

    name: str
    command: Sequence[str]
    log_file: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    tells: bool = True
    is_up: Callable[[], bool] = lambda: True
    process: subprocess.Popen[bytes] | None = None
    notices: socket.socket | None = None
    started_s: float = 0.0
    ready: bool = False


class Children:
    """Starts and watches over children. Everything happens in the thread that calls; use one thread only.

    (A child asks to be ended when the thread that started it ends: that must be the main thread.)
    """

    def __init__(self) -> None:
        self._children: dict[str, Child] = {}

    def add(self, child: Child, *, within_s: float, stopping: Callable[[], bool] = lambda: False) -> bool:
        """Start `child` and wait until it is up; False when `stopping` became true before.

        Raises ChuangpingError when it ended, or was not up within `within_s`.
        """
        self._children[child.name] = child
        self._start(child)
        deadline_s = time.monotonic() + within_s
        while not self._is_up(child):
            assert child.process is not None
            if child.process.poll() is not None:
                raise ChuangpingError(
                    f"{child.name} ended with exit code {child.process.returncode}; see {child.log_file}"
                )
            if time.monotonic() > deadline_s:
                raise ChuangpingError(f"{child.name} was not up after {within_s:g} s; see {child.log_file}")
            if stopping():
                return False
            time.sleep(0.02)
        return True

    def pids(self) -> dict[str, int]:
        """Name → process id, now."""
        return {name: child.process.pid for name, child in self._children.items() if child.process}

    def restart_ended(self) -> list[str]:
        """Start those that ended again; returns their names. Raises ChuangpingError for exit code 78."""
        restarted = []
        for child in self._children.values():
            assert child.process is not None
            code = child.process.poll()
            if code is None:
                self._is_up(child)
                continue
            if code == _DO_NOT_RESTART:
                raise ChuangpingError(f"{child.name} cannot use its configuration; see {child.log_file}")
            if time.monotonic() - child.started_s < _AGAIN_AFTER_S:
                continue
            log.warning("%s ended (%s); starting it again", child.name, _how(code))
            self._start(child)
            restarted.append(child.name)
        return restarted

    def stop(self) -> None:
        """End all, the last started first; those that do not end within 10 s are killed."""
        for child in reversed(self._children.values()):
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
                try:
                    child.process.wait(10)
                except subprocess.TimeoutExpired:
                    log.warning("%s did not end; killing it", child.name)
                    child.process.kill()
                    child.process.wait()
            if child.notices:
                child.notices.close()

    def _start(self, child: Child) -> None:
        environment = {**os.environ, **child.environment}
        if child.tells:
            if child.notices is None:
                child.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
                child.notices.setblocking(False)
                child.notices.bind(f"\0chuangping-{secrets.token_hex(8)}-{child.name}")
            environment["NOTIFY_SOCKET"] = "@" + child.notices.getsockname()[1:].decode("ascii")
        else:
            environment.pop("NOTIFY_SOCKET", None)
        child.ready = False
        child.started_s = time.monotonic()
        with child.log_file.open("ab") as output:
            child.process = subprocess.Popen(
                child.command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the demo, which ends them in order
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - only makes one system call
            )

    @staticmethod
    def _is_up(child: Child) -> bool:
        if not child.ready:
            if child.tells:
                assert child.notices is not None
                try:
                    while b"READY=1" not in child.notices.recv(4096).splitlines():
                        pass
                    child.ready = True
                except BlockingIOError:
                    pass
            else:
                child.ready = child.is_up()
        return child.ready


_libc = ctypes.CDLL(None)


def _end_with_parent() -> None:
    """In the child: when the demo is killed, end too."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
