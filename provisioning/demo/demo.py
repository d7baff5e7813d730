"""The demo: sets the whole loop up in one folder, watches over it, and says where everything is."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from device.errors import ChuangpingError
from hardware.sentence import KeySentence, Stroke
from provisioning.demo.citizens import Citizens
from provisioning.demo.configs import write_configs, write_places
from provisioning.demo.counter_client import CounterClient
from provisioning.demo.layout import Layout, PortClaims, Ports, write_atomically
from provisioning.demo.panel_line import PanelLine
from provisioning.demo.processes import Child, Children
from provisioning.device_identity import certificate_request, make_key
from provisioning.synthetic_voice import VOICES, make_voice

log = logging.getLogger(__name__)

_UP_WITHIN_S = 60.0
_LOGIN_S = 8 * 60.0  # a login link is good for ten minutes; there is always a fresh one
_VISIT_S = 20 + 3 + 0.5  # visit.reasons_s, visit.thanks_s, and a moment
_FAST_VISIT_S = 0.2 + 0.1 + 0.1


@dataclass(frozen=True, slots=True)
class Options:
    """What `chuangping demo` was asked for. `seconds` None: until it is interrupted."""

    folder: Path
    headless: bool
    seconds: float | None
    citizens: int
    fast: bool
    speaker: str | None = None


class Demo:
    """One run of the demo, in the main thread."""

    def __init__(self, options: Options, *, say: Callable[[str], None]) -> None:
        self._options = options
        self._say = say
        self._layout = Layout(options.folder.absolute())
        self._children = Children()
        self._stopping = False

    def run(self) -> None:
        """Until the time is over, SIGINT or SIGTERM. Raises ChuangpingError."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        self._layout.make()
        with ExitStack() as stack:
            stack.enter_context(self._layout.held())
            self._layout.ready.unlink(missing_ok=True)
            stack.callback(self._layout.ready.unlink, missing_ok=True)  # it tells of processes that are gone
            device_id, ports = self._layout.settle(stack.enter_context(PortClaims()))
            line = PanelLine()
            line.start()
            stack.callback(line.stop)
            self._link_panel(line)
            self._prepare(device_id, ports, line)
            stack.callback(self._children.stop)
            stack.callback(self._say, "demo: ending")
            try:
                self._start(device_id, ports)
            except _Stopped:
                return
            self._watch(device_id, ports)

    def _stop(self, *_: object) -> None:
        self._stopping = True

    # ---- setting up ----

    def _link_panel(self, line: PanelLine) -> None:
        beside = self._layout.folder / f".panel.{os.getpid()}"
        beside.unlink(missing_ok=True)
        beside.symlink_to(line.outer)
        beside.replace(self._layout.panel)

    def _prepare(self, device_id: str, ports: Ports, line: PanelLine) -> None:
        layout = self._layout
        self._province(
            *("init", "--dir", layout.province, "--mqtt-port", ports.mqtt),
            *("--worker-port", ports.workers, "--web-port", ports.web, "--device-port", ports.devices),
            *("--phone-url", f"http://127.0.0.1:{ports.web}"),
        )
        make_key(layout.identity / "device.key")
        request = layout.identity / "device.csr"
        request.write_bytes(certificate_request(layout.identity / "device.key", device_id))
        self._province(
            *("devices", "add", "--config", layout.province_config, "--csr", request),
            *("--window", "W07", "--assignment", 1, "--out", layout.identity),
        )
        self._province("places", "import", write_places(layout), "--config", layout.province_config)
        layout.token()
        speaker = self._options.speaker
        if speaker is not None:
            for language in VOICES:
                deque(make_voice(language, layout.voice), maxlen=0)
        write_configs(
            layout,
            device_id=device_id,
            ports=ports,
            panel_port=line.inner,
            fast=self._options.fast,
            speaker=speaker,
        )
        layout.screenshot.unlink(missing_ok=True)

    def _province(self, *arguments: object) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "province", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ChuangpingError(
                f"province {arguments[0]} failed: {done.stderr.strip() or done.stdout.strip()}"
            )
        return done.stdout.strip()

    def _start(self, device_id: str, ports: Ports) -> None:
        layout = self._layout
        broker = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
        if broker is None:
            raise ChuangpingError(
                "mosquitto is missing: install the Debian package mosquitto, or use scripts/run"
            )
        python = [sys.executable, "-m"]
        configuration = layout.province / "broker" / "mosquitto.conf"
        self._add(
            Child(
                "broker",
                [broker, "-c", str(configuration)],
                layout.logs / "broker.log",
                tells=False,
                is_up=lambda: _listens(ports.mqtt),
            )
        )
        self._add(
            Child(
                "province",
                [*python, "province", "run", "--config", str(layout.province_config)],
                layout.logs / "province.log",
            )
        )
        self._add(
            Child("sync", [*python, "sync", "--config", str(layout.sync_config)], layout.logs / "sync.log")
        )
        self._add(
            Child(
                "device",
                [*python, "device", "--config", str(layout.device_config)],
                layout.logs / "device.log",
                environment=_display(headless=self._options.headless),
            )
        )
        web_token = self._web_token()
        self._wait("the first screen", layout.screenshot.exists)
        self._wait("the device at the province", lambda: _online(ports.web, web_token, device_id))

    def _add(self, child: Child) -> None:
        self._check_stop()
        self._say(f"demo: starting {child.name}")
        if not self._children.add(child, within_s=_UP_WITHIN_S, stopping=lambda: self._stopping):
            raise _Stopped

    def _wait(self, what: str, is_so: Callable[[], bool]) -> None:
        deadline_s = time.monotonic() + _UP_WITHIN_S
        while not is_so():
            self._check_stop()
            self._children.restart_ended()
            if time.monotonic() > deadline_s:
                raise ChuangpingError(
                    f"{what} was not there after {_UP_WITHIN_S:g} s; see {self._layout.logs}"
                )
            time.sleep(0.05)

    def _check_stop(self) -> None:
        if self._stopping:
            raise _Stopped

    # ---- running ----

    def _watch(self, device_id: str, ports: Ports) -> None:
        ready = self._ready(device_id, ports)
        self._write_ready(ready)
        print(json.dumps(ready, ensure_ascii=False), flush=True)  # noqa: T201 - the one line others read
        self._say(f"demo: open {ready['login']}")
        seconds = self._options.seconds
        until_s = None if seconds is None else time.monotonic() + seconds
        citizens = self._citizens(ready)
        login_until_s = time.monotonic() + _LOGIN_S
        while not self._stopping and (until_s is None or time.monotonic() < until_s):
            if self._children.restart_ended():
                ready["pids"] = self._children.pids()
                self._write_ready(ready)
            if time.monotonic() > login_until_s:
                login_until_s = time.monotonic() + _LOGIN_S
                ready["login"] = self._province("login", "--config", self._layout.province_config)
                self._write_ready(ready)
            time.sleep(0.05)
        if citizens:
            citizens.stop()
            citizens.join(30)

    def _citizens(self, ready: dict[str, object]) -> Citizens | None:
        if not self._options.citizens:
            return None
        citizens = Citizens(
            self._options.citizens,
            counter=CounterClient(str(ready["counter"]), str(ready["counter_token"])),
            panel=self._layout.panel,
            visit_s=_FAST_VISIT_S if self._options.fast else _VISIT_S,
            key_sentence=lambda key, count: KeySentence(key, Stroke.DOWN, count).encode(),
        )
        citizens.start()
        return citizens

    def _ready(self, device_id: str, ports: Ports) -> dict[str, object]:
        layout = self._layout
        return {
            "mqtt": ports.mqtt,
            "web": f"http://127.0.0.1:{ports.web}",
            "web_token": self._web_token(),
            "login": self._province("login", "--config", layout.province_config),
            "counter": f"http://127.0.0.1:{ports.counter}",
            "counter_token": layout.token(),
            "panel": str(layout.panel),
            "device_id": device_id,
            "ledger": str(layout.ledger),
            "config": str(layout.device_config),
            "screenshot": str(layout.screenshot),
            "pids": self._children.pids(),
        }

    def _web_token(self) -> str:
        return (self._layout.province / "token").read_text("ascii").strip()

    def _write_ready(self, ready: dict[str, object]) -> None:
        # It holds tokens: for the one who runs the demo.
        write_atomically(self._layout.ready, json.dumps(ready, ensure_ascii=False) + "\n", mode=0o600)


class _Stopped(Exception):
    """SIGINT or SIGTERM came while the demo was starting."""


def _display(*, headless: bool) -> dict[str, str]:
    """The environment of the device: a real window where there is a display, else drawn offscreen."""
    if headless or not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return {"SDL_VIDEODRIVER": "offscreen"}
    return {}


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _online(web: int, token: str, device_id: str) -> bool:
    request = urllib.request.Request(
        f"http://127.0.0.1:{web}/api/v1/devices", headers={"Authorization": f"Bearer {token}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=2) as response:
            devices = json.load(response)["devices"]
    except OSError:
        return False
    return any(d.get("device") == device_id and d.get("online") for d in devices)
