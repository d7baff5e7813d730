"""A real device process of a configuration: its console screen, its key panel, its counter link."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Self

import httpx

from hardware.fake_serial_line import FakeSerialLine
from tests.patience import PATIENCE_S, until

COUNTER_TOKEN = "token-of-the-counter"


class DeviceProcess:
    """The device of `config`, whose panel is at `panel` and whose counter link at `port`. Use with `with`.

    `line` is the key panel. What the process logs is added to `log`. `program`: what Python runs in place
    of the device's own root.
    """

    program: tuple[str, ...] = ("-m", "device")

    def __init__(
        self, config: Path, *, panel: Path, port: int, log: Path, environment: dict[str, str] | None = None
    ) -> None:
        self.config = config
        self._panel = panel
        self._port = port
        self._log = log
        self._environment = environment or {}
        self._screen: list[str] = []

    def __enter__(self) -> Self:
        self.line = FakeSerialLine(self._panel)
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.program, "--config", str(self.config)],
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", **self._environment},
            )
        self.counter = httpx.Client(
            base_url=f"http://127.0.0.1:{self._port}",
            headers={"Authorization": f"Bearer {COUNTER_TOKEN}"},
            timeout=PATIENCE_S,
        )
        self._reader = threading.Thread(target=self._read, name="screen-reader", daemon=True)
        self._reader.start()
        until(self._answers, what="the counter link answers")
        return self

    def __exit__(self, *_: object) -> None:
        self.counter.close()
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_S)
        finally:
            self.process.kill()
            self.process.wait()
            self._reader.join(PATIENCE_S)
            assert self.process.stdout
            self.process.stdout.close()
            self.line.close()

    def _read(self) -> None:
        assert self.process.stdout
        text = b""
        while data := os.read(self.process.stdout.fileno(), 65536):
            text += data
            *screens, text = text.split(b"\n\n")
            self._screen += [screen.decode("utf-8") for screen in screens]

    def _answers(self) -> bool:
        try:
            return self.counter.get("/v1/device").status_code == 200
        except httpx.TransportError:
            return False

    def log(self) -> str:
        return self._log.read_text("utf-8")

    @property
    def screen(self) -> str:
        """What the screen says now."""
        return self._screen[-1] if self._screen else ""

    @property
    def screens(self) -> list[str]:
        """All that it said."""
        return list(self._screen)

    def state(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.counter.get("/v1/device").json()
        return answer

    def invite(self, number: int) -> httpx.Response:
        handling = {"project_no": f"510100-20261122-{number:06d}", "service_no": 1}
        return self.counter.post("/v1/invitations", json={"handling": handling})

    def rate(self, number: int, key: int) -> None:
        """One whole visit."""
        id_ = self.invite(number).json()["id"]
        until(lambda: "5 非常满意" in self.screen, what="the levels are shown")
        deadline_s = time.monotonic() + PATIENCE_S
        while not self._is_answered_soon(id_, key):
            assert time.monotonic() < deadline_s, f"never answered\n{self.log()}"
        until(lambda: "欢迎您评价" in self.screen, what="idle again")

    def _is_answered_soon(self, id_: str, key: int) -> bool:
        """Press; whether that was after the first frame, before which presses are dropped."""
        time.sleep(0.05)
        self.line.press(key)
        for _ in range(100):
            if self.counter.get(f"/v1/invitations/{id_}").json()["state"] == "answered":
                return True
            time.sleep(0.02)
        return False
