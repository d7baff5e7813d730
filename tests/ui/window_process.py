"""The outer end of a display process: a window that tests show snapshots in, touch and look at."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec
from PIL import Image

from device.snapshot import Snapshot
from tests.patience import PATIENCE_S

WITHIN_S = PATIENCE_S


class WindowProcess:
    """A window of `size`, off-screen unless `display` names an X server. Use with `with`."""

    def __init__(
        self,
        *,
        size: tuple[int, int] = (1024, 600),
        screenshot: Path | None = None,
        clock: str = "fake",
        display: str | None = None,
        languages: Sequence[str] = ("zh-Hans", "en"),
    ) -> None:
        self._screenshot = screenshot
        self._events: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._size = size
        arguments = ["--size", "{}x{}".format(*size), "--clock", clock, "--languages", *languages]
        if screenshot:
            arguments += ["--screenshot", str(screenshot)]
        environment = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
        environment |= {"DISPLAY": display} if display else {"SDL_VIDEODRIVER": "offscreen"}
        self._command = [sys.executable, "-m", "tests.ui.display_process", *arguments]
        self._environment = environment

    def __enter__(self) -> WindowProcess:
        self._process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._readers = [
            threading.Thread(target=self._read, name="window-process-out", daemon=True),
            threading.Thread(target=self._read_errors, name="window-process-err", daemon=True),
        ]
        self.errors = ""
        self.heard: list[dict[str, Any]] = []
        for reader in self._readers:
            reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        if not self._process.stdin.closed:
            self._process.stdin.close()
        try:
            self._process.wait(WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        finally:
            for reader in self._readers:
                reader.join(WITHIN_S)
            for pipe in (self._process.stdout, self._process.stderr):
                if pipe:
                    pipe.close()

    def show(self, snapshot: Snapshot) -> None:
        """Show it, and wait until it was drawn."""
        self.show_soon(snapshot)
        while self.event("Drawn")["number"] < snapshot.number:
            pass

    def show_soon(self, snapshot: Snapshot) -> None:
        self._send("show", msgspec.to_builtins(snapshot))

    def touch(self, name: str, x: float, y: float) -> None:
        self._send("down", [name, x, y])

    def lift(self, name: str) -> None:
        self._send("up", name)

    def inspect(self) -> dict[str, Any]:
        self._send("inspect", None)
        return self.event("inspected")

    def until(self, holds: Callable[[], bool]) -> None:
        """Ask again and again until it holds."""
        deadline = time.monotonic() + WITHIN_S
        while not holds():
            if time.monotonic() > deadline:
                raise AssertionError(f"it does not hold after {WITHIN_S} s; {self.errors}")

    def photograph(self, path: Path) -> Image.Image:
        """What is on the screen now."""
        self._send("photograph", str(path))
        self.event("photographed")
        with Image.open(path) as image:
            return image.copy()

    def tap(self, *target: object) -> None:
        """A finger comes down on the target named so, and is lifted; waits while the screen is deaf."""
        while (inspected := self.inspect())["deaf"]:
            pass
        found = target_of([part for part in inspected["found"] if "target" in part], *target)
        self.touch("tap", *middle(found))
        self.lift("tap")

    def targets(self) -> list[dict[str, Any]]:
        return [part for part in self.inspect()["found"] if "target" in part]

    def texts(self) -> list[dict[str, Any]]:
        return [part for part in self.inspect()["found"] if "text" in part]

    def terminate(self) -> int:
        """Send SIGTERM; the exit status."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(WITHIN_S)

    def event(self, *names: str) -> dict[str, Any]:
        """The next event of one of these names; those before it are passed over."""
        deadline_s = time.monotonic() + WITHIN_S  # for all together: a window beats for ever
        while True:
            try:
                event = self._events.get(timeout=max(0.0, deadline_s - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no {' or '.join(names)} in {WITHIN_S} s; {self.errors}") from None
            if event["event"] in names:
                return event
            if event["event"] == "ended":
                raise AssertionError(f"ended before {' or '.join(names)}; {self.errors}")

    def picture(self, snapshot: Snapshot) -> Image.Image:
        """The screenshot of `snapshot`, which is shown for it."""
        assert self._screenshot
        self._screenshot.unlink(missing_ok=True)
        self.show(snapshot)
        waited = threading.Event()
        for _ in range(int(WITHIN_S / 0.005)):
            if self._screenshot.exists():
                with Image.open(self._screenshot) as image:
                    return image.copy()
            waited.wait(0.005)
        raise AssertionError(f"no screenshot in {WITHIN_S} s; {self.errors}")

    def _send(self, command: str, argument: object) -> None:
        assert self._process.stdin
        self._process.stdin.write(msgspec.json.encode({command: argument}).decode() + "\n")
        self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            if not line.startswith("{"):  # a word of a graphics driver
                continue
            event = msgspec.json.decode(line)
            self.heard.append(event)
            self._events.put(event)
        self._events.put({"event": "ended"})

    def _read_errors(self) -> None:
        assert self._process.stderr
        self.errors = self._process.stderr.read()


def middle(part: dict[str, Any]) -> tuple[float, float]:
    """The middle of an inspected part, in pixels from the lower left."""
    return part["x"] + part["width"] / 2, part["y"] + part["height"] / 2


def target_of(parts: Sequence[dict[str, Any]], *target: object) -> dict[str, Any]:
    """The part whose target is named so."""
    (found,) = (part for part in parts if part["target"] == list(target))
    return found
