"""The control socket over a real Unix socket."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from device.events import Stop, TechnicianCall
from device.inbox import Inbox
from device.technician import SOCKET, TechnicianAnswer, TechnicianVerb
from hardware.control_socket import ControlSocket
from tests.patience import PATIENCE_S

ANSWER = TechnicianAnswer(True, None, None, False, "00" * 16, 7, 3, "W07", 2)


ASK = """
import socket, sys
with socket.socket(socket.AF_UNIX) as line:
    line.connect(sys.argv[1])
    line.sendall(b'{"ask":"show"}\\n')
    print(line.recv(4096).decode())
"""


class Loop(threading.Thread):
    """Answers as the device loop would. `asked`: what came."""

    def __init__(self, inbox: Inbox) -> None:
        super().__init__(name="answers")
        self.inbox = inbox
        self.asked: list[TechnicianVerb] = []

    def run(self) -> None:
        while not isinstance(event := self.inbox.get(None), Stop):
            assert isinstance(event, TechnicianCall)
            self.asked.append(event.verb)
            event.reply(ANSWER)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    deep = tmp_path / ("a" * 100)  # longer than an address of a Unix socket may be
    deep.mkdir()
    return deep


@pytest.fixture
def loop(folder: Path) -> Iterator[Loop]:
    inbox = Inbox()
    answering = Loop(inbox)
    answering.start()
    control = ControlSocket(folder, inbox)
    control.start()
    yield answering
    control.stop()
    assert not (folder / SOCKET).exists()
    inbox.put(Stop())
    answering.join(PATIENCE_S)


def ask(folder: Path, line: bytes) -> dict[str, Any]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        with socket.socket(socket.AF_UNIX) as channel:
            channel.settimeout(PATIENCE_S)
            channel.connect(f"/proc/self/fd/{handle}/{SOCKET}")
            channel.sendall(line)
            channel.shutdown(socket.SHUT_WR)
            with channel.makefile("rb") as answers:
                answer: dict[str, Any] = json.loads(answers.readline())
                return answer
    finally:
        os.close(handle)


def test_a_question_is_answered(folder: Path, loop: Loop) -> None:
    assert ask(folder, b'{"ask":"show"}\n')["head"] == 7
    assert ask(folder, b'{"ask":"pause"}\n')["settings_version"] == 3
    assert loop.asked == [TechnicianVerb.SHOW, TechnicianVerb.PAUSE]


def test_only_its_owner_may_open_it(folder: Path, loop: Loop) -> None:
    assert stat.S_IMODE((folder / SOCKET).stat().st_mode) == 0o600
    assert loop.asked == []


@pytest.mark.parametrize(
    "line", [b"", b"\n", b"\xff\n", b'{"ask":"\xff"}\n', b'{"ask":"rate"}\n', b"[]\n", b"x" * 10_000]
)
def test_nonsense_is_told_so_and_asks_nothing(folder: Path, loop: Loop, line: bytes) -> None:
    assert "error" in ask(folder, line)
    assert loop.asked == []
    assert ask(folder, b'{"ask":"show"}\n')["ready"] is True


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_another_user_is_refused_even_where_the_mode_lets_them() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, inbox = Path(name), Inbox()
        control = ControlSocket(folder, inbox)
        control.start()
        folder.chmod(0o755)
        (folder / SOCKET).chmod(0o666)
        said = subprocess.run(
            ["/usr/bin/python3", "-c", ASK, str(folder / SOCKET)],
            user=65534,
            cwd="/",
            capture_output=True,
            text=True,
            check=True,
        )
        control.stop()
    assert "only root" in said.stdout
    assert inbox.get(0) is None


def test_a_socket_left_by_a_killed_device_is_replaced(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as stale:
        handle = os.open(folder, os.O_RDONLY)
        stale.bind(f"/proc/self/fd/{handle}/{SOCKET}")
        os.close(handle)
    control = ControlSocket(folder, Inbox())
    control.start()
    control.stop()
    assert not (folder / SOCKET).exists()


def test_a_folder_that_cannot_hold_it_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    control = ControlSocket(tmp_path / "nowhere", Inbox())
    control.start()
    control.stop()
    assert "no control socket" in caplog.text
