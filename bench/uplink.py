"""All that lies between ledgers and the province's database: broker, province, an agent for each ledger."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from device.errors import ChuangpingError
from provisioning.demo.configs import write_configs
from provisioning.demo.layout import Layout, PortClaims, Ports
from provisioning.demo.processes import Child, Children
from provisioning.device_identity import certificate_request, make_key

_UP_WITHIN_S = 60.0
_LOOK_S = 0.02


class Uplink:
    """In `folder`, each of its parts a process of its own, as installed. Use with `with`; the main thread.

    `url` and `workers`: the province's database and how many take messages. Raises ChuangpingError.
    """

    def __init__(self, folder: Path, *, url: str, workers: int) -> None:
        self._folder = folder
        self._url = url
        self._workers = workers
        self._children = Children()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            claims = stack.enter_context(PortClaims())
            self._ports = Ports(*(claims.free_port(0) for _ in range(5)))
            stack.callback(self._children.stop)
            self._make_province()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def province(self) -> Path:
        """The province's folder."""
        return self._folder / "province"

    @property
    def config(self) -> Path:
        """The province's configuration."""
        return self.province / "province.toml"

    @property
    def web_port(self) -> int:
        """Where its page and API are, on 127.0.0.1."""
        return self._ports.web

    def add_device(self, name: str) -> Layout:
        """Enrol a device, before `start`; where its ledger is to be put and its agent's files will be."""
        layout = Layout(self._folder / name)
        layout.make()
        make_key(layout.identity / "device.key")
        request = layout.identity / "device.csr"
        request.write_bytes(certificate_request(layout.identity / "device.key", name))
        self.command(
            *("devices", "add", "--config", self.config, "--csr", request),
            *("--window", name, "--assignment", 1, "--out", layout.identity),
        )
        write_configs(
            layout, device_id=name, ports=self._ports, panel_port=self._folder / "no-panel", fast=True
        )
        return layout

    def start(self) -> int:
        """Start broker and province, and wait until all workers are connected; the province's pid."""
        broker = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
        if broker is None:
            raise ChuangpingError("mosquitto is missing: install the Debian package mosquitto")
        self._add("broker", [broker, "-c", str(self.province / "broker" / "mosquitto.conf")], self._listens)
        self._add("province", [sys.executable, "-m", "province", "run", "--config", str(self.config)])
        self._await(self._are_connected, "a worker at the broker")
        return self._children.pids()["province"]

    def start_agent(self, layout: Layout) -> int:
        """Start the agent of a device; its pid."""
        name = layout.folder.name
        self._add(name, [sys.executable, "-m", "sync", "--config", str(layout.sync_config)])
        return self._children.pids()[name]

    def _make_province(self) -> None:
        ports = self._ports
        self.command(
            *("init", "--dir", self.province, "--mqtt-port", ports.mqtt),
            *("--worker-port", ports.workers, "--web-port", ports.web, "--device-port", ports.devices),
        )
        text = self.config.read_text("utf-8").replace("sqlite:///province.db", self._url)
        self.config.write_text(text.replace("workers = 2", f"workers = {self._workers}"), "utf-8")

    def command(self, *arguments: object) -> str:
        """Run a command of the province; what it prints. Raises ChuangpingError."""
        done = subprocess.run(
            [sys.executable, "-m", "province", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ChuangpingError(f"province {arguments[0]} failed: {done.stderr.strip()}")
        return done.stdout.strip()

    def _add(self, name: str, command: list[str], is_up: Callable[[], bool] | None = None) -> None:
        log_file = self._folder / f"{name}.log"
        if is_up is None:
            child = Child(name, command, log_file)
        else:
            child = Child(name, command, log_file, tells=False, is_up=is_up)
        self._children.add(child, within_s=_UP_WITHIN_S)

    def _await(self, is_so: Callable[[], bool], what: str) -> None:
        until_s = time.monotonic() + _UP_WITHIN_S
        while not is_so():
            if time.monotonic() > until_s:
                raise ChuangpingError(f"{what} was not there after {_UP_WITHIN_S:g} s; see {self._folder}")
            time.sleep(_LOOK_S)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._ports.mqtt)) == 0

    def _are_connected(self) -> bool:
        """Each worker logs it once, those in processes of their own into the same file."""
        return (self._folder / "province.log").read_text("utf-8").count("broker here") >= self._workers
