"""The province as a process, driven by its commands only."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE_S
from tests.ports import free_port
from tests.province.simulated_device import SimulatedDevice

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Province:
    """A province in `folder`, driven by its commands only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mqtt_port, self.worker_port, self.web_port = free_port(), free_port(), free_port()
        self.device_port = free_port()
        self.config = folder / "province.toml"
        self.url = f"http://127.0.0.1:{self.web_port}"
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "province", *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S * 2,
            check=False,
        )

    def init(self) -> None:
        done = self.command(
            *("init", "--dir", self.folder, "--mqtt-port", str(self.mqtt_port)),
            *("--worker-port", str(self.worker_port), "--web-port", str(self.web_port)),
            *("--device-port", str(self.device_port)),
        )
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Run the process until it says READY=1."""
        address = str(self.folder / "notify")
        Path(address).unlink(missing_ok=True)
        with (
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager,
            (self.folder / "log").open("ab") as log,
        ):
            manager.bind(address)
            manager.settimeout(PATIENCE_S)
            self.process = subprocess.Popen(
                [sys.executable, "-m", "province", "run", "--config", str(self.config)],
                env={"NOTIFY_SOCKET": address, "PATH": "/usr/bin:/bin"},
                stderr=log,
            )
            assert manager.recv(100) == b"READY=1"

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)

    def get(self, path: str, token: str | None = None) -> Any:
        request = urllib.request.Request(self.url + path)
        request.add_header("Authorization", f"Bearer {token or (self.folder / 'token').read_text().strip()}")
        with OPENER.open(request, timeout=PATIENCE_S) as answer:
            return json.load(answer)

    def add(self, device: SimulatedDevice) -> Path:
        """Enrol a device by command; the folder of its files."""
        out = self.folder / "devices" / device.name
        out.mkdir(parents=True, exist_ok=True)
        (out / "device.csr").write_bytes(device.request())
        (out / "device.key").write_bytes(device.key_pem)
        done = self.command(
            *("devices", "add", "--config", self.config, "--csr", out / "device.csr"),
            *("--window", "W07", "--assignment", "1", "--out", out),
        )
        assert (done.returncode, done.stdout) == (0, f"{device.name}\n"), done.stderr
        return out
