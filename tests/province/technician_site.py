"""The province's listener with the paths of technicians, and the files that a technician and a box have."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from province.decommissions import Decommissions
from province.device_web.app import make_device_app
from province.device_web.door import Door
from province.device_web.server import DeviceServer, server_context
from province.device_web.technician_routes import TechnicianRoutes
from province.relocations import Relocations
from province.rescues import Rescues
from sync.contract.keys import KeySet, SigningKey, sign_key_set
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice
from tests.province.technician import Technician, made, rescues_of

MOST = 64_000

_SYNC = """\
kind = "sync"

[device]
id = {id}
folder = {folder}

[sync]
database = {database}

[broker]
host = "127.0.0.1"
ca = {root}
certificate = {certificate}
key = {key}

[province]
key_set = {key_set}
root = {root}
url = {url}
"""


class TechnicianSite:
    """A province that technicians reach on 127.0.0.1; `rescues`: another that takes the place of its own.

    `begins_in`: its certificate is valid only after that time, and a day earlier.
    """

    def __init__(
        self,
        bench: ProvinceBench,
        folder: Path,
        *,
        rescues: Rescues | None = None,
        begins_in: timedelta = timedelta(),
    ) -> None:
        self.bench = bench
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        now = bench.clock.now().wall
        issued = bench.ca.issue_server(["localhost", "127.0.0.1"], now + begins_in)
        for name, content in (
            ("ca.crt", bench.ca.pem[0]),
            ("server.crt", issued.certificate),
            ("server.key", issued.key),
        ):
            (folder / name).write_bytes(content)
        root = SigningKey(bench.ca._key)
        self.keys = sign_key_set(KeySet([bench.key.public]), root, now)
        (folder / "keys.jws").write_text(self.keys)
        app = make_device_app(
            bench.database, bench.blobs, clock=bench.clock, most=MOST, technician=self._routes(rescues)
        )
        app.router.routes.append(Route("/device/v1/keys", self._give_keys))
        self.server = DeviceServer(
            app,
            host="127.0.0.1",
            port=0,
            context=server_context(
                ca=folder / "ca.crt", certificate=folder / "server.crt", key=folder / "server.key"
            ),
        )

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.server.port}"

    def technician(self, name: str = "zhang") -> tuple[Technician, Path]:
        """A technician whom the office made, and their file."""
        technician = made(self.bench, name)
        file = self.folder / f"{name}.pem"
        file.write_bytes(technician.pem)
        return technician, file

    def box(self, device: SimulatedDevice, root: Path) -> Path:
        """What `device` has on its machine or card, mounted at `root`; the folder of its ledger."""
        configs, data = root / "etc/chuangping", root / "var/lib/chuangping"
        identity = configs / "identity"
        for folder in (identity, data):
            folder.mkdir(parents=True)
        for name, content in (
            ("ca.crt", self.bench.ca.pem[0]),
            ("keys.jws", self.keys.encode()),
            ("device.crt", device.certificate),
            ("device.key", device.key_pem),
        ):
            (identity / name).write_bytes(content)
        (identity / "device.key").chmod(0o600)
        at = {
            "id": device.name,
            "folder": "/var/lib/chuangping",
            "database": "/var/lib/chuangping/sync.db",
            "root": "/etc/chuangping/identity/ca.crt",
            "key_set": "/etc/chuangping/identity/keys.jws",
            "certificate": "/etc/chuangping/identity/device.crt",
            "key": "/etc/chuangping/identity/device.key",
            "url": self.url,
        }
        text = _SYNC.format(**{name: json.dumps(value) for name, value in at.items()})
        (configs / "sync.toml").write_text(text)
        return data

    def own(self, root: Path) -> Path:
        """The folder of configurations under `root`, as of the machine that a command runs on."""
        file = root / "etc/chuangping/sync.toml"
        text = file.read_text().replace('"/etc/', f'"{root}/etc/').replace('"/var/', f'"{root}/var/')
        file.write_text(text)
        return file.parent

    def _routes(self, rescues: Rescues | None) -> Callable[[Door], TechnicianRoutes]:
        bench = self.bench
        return lambda door: TechnicianRoutes(
            door=door,
            rescues=rescues or rescues_of(bench),
            relocations=Relocations(bench.database, clock=bench.clock, nudge=bench.nudged.append),
            decommissions=Decommissions(bench.database, clock=bench.clock, key=bench.key),
        )

    async def _give_keys(self, _request: Request) -> Response:
        return Response(self.keys, media_type="application/jose")

    def __enter__(self) -> Self:
        self.server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.stop(30)
        assert not self.server.serving
