"""The folder of a demo: what lies where in it, and the ports it keeps."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from device.errors import ChuangpingError
from provisioning.device_identity import new_device_id


@dataclass(frozen=True, slots=True)
class Ports:
    """The demo's ports on 127.0.0.1."""

    mqtt: int
    web: int
    counter: int
    workers: int
    devices: int


_WANTED = Ports(mqtt=18883, web=18080, counter=18090, workers=18884, devices=18443)


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths in the demo's folder. Nothing else in it is touched."""

    folder: Path

    @property
    def province(self) -> Path:
        return self.folder / "province"

    @property
    def province_config(self) -> Path:
        return self.province / "province.toml"

    @property
    def identity(self) -> Path:
        """The device's key, its certificate, and whom it believes."""
        return self.folder / "identity"

    @property
    def device_data(self) -> Path:
        return self.folder / "device"

    @property
    def sync_data(self) -> Path:
        return self.folder / "sync"

    @property
    def logs(self) -> Path:
        return self.folder / "log"

    @property
    def ledger(self) -> Path:
        return self.device_data / "ratings.db"

    @property
    def device_config(self) -> Path:
        return self.folder / "device.toml"

    @property
    def sync_config(self) -> Path:
        return self.folder / "sync.toml"

    @property
    def counter_token(self) -> Path:
        return self.folder / "counter.token"

    @property
    def screenshot(self) -> Path:
        return self.folder / "screen.png"

    @property
    def voice(self) -> Path:
        return self.folder / "voice"

    @property
    def panel(self) -> Path:
        return self.folder / "panel"

    @property
    def ready(self) -> Path:
        return self.folder / "ready.json"

    @property
    def settled(self) -> Path:
        """What stays the same when the demo is run again: the device's id and the ports."""
        return self.folder / "demo.json"

    def make(self) -> None:
        """The folders; those that are there are kept. Raises ChuangpingError."""
        try:
            for folder in (self.folder, self.identity, self.device_data, self.sync_data, self.logs):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ChuangpingError(f"{self.folder}: cannot be used for the demo: {error.strerror}") from None

    @contextmanager
    def held(self) -> Iterator[None]:
        """For as long as the demo runs. Raises ChuangpingError when another demo runs in this folder."""
        with (self.folder / "demo.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise ChuangpingError(
                    f"{self.folder}: another demo is running here; end it or choose another --dir"
                ) from None
            yield

    def settle(self, claims: PortClaims) -> tuple[str, Ports]:
        """The device's id and the ports: those of last time where they are still free, else free ones.

        The ports stay this demo's until `claims` is closed.

        Raises ChuangpingError.
        """
        before = self._settled_before()
        device_id = str(before.get("device_id") or new_device_id())
        ports: dict[str, int] = {}
        for name in ("mqtt", "web", "counter", "workers", "devices"):
            wanted = before.get(name) or getattr(_WANTED, name)
            ports[name] = claims.free_port(int(str(wanted)))
        write_atomically(self.settled, json.dumps({"device_id": device_id, **ports}) + "\n")
        return device_id, Ports(**ports)

    def _settled_before(self) -> dict[str, object]:
        """What was settled last time; empty the first time. Raises ChuangpingError."""
        if not self.settled.exists():
            return {}
        try:
            before = json.loads(self.settled.read_text("utf-8"))
        except ValueError:
            before = None
        if not isinstance(before, dict):
            raise ChuangpingError(f"{self.settled}: is not what a demo left here; choose another --dir")
        return before

    def token(self) -> str:
        """The counter's token, made once."""
        if not self.counter_token.exists():
            handle = os.open(self.counter_token, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(24) + "\n")
        return self.counter_token.read_text("ascii").strip()


class PortClaims:
    """Ports on 127.0.0.1 that are this demo's, also before its processes listen on them.

    Two demos that start at the same moment would both find the same port free. A claim is a name that the
    kernel gives to one process only, and takes back when that ends.
    """

    def __init__(self) -> None:
        self._claims: list[socket.socket] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for claim in self._claims:
            claim.close()

    def free_port(self, wanted: int) -> int:
        """`wanted` if nobody listens there or has claimed it, else a free port. Raises ChuangpingError."""
        for port in (wanted, *[0] * 20):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    continue
                found: int = probe.getsockname()[1]
            if self._claim(found):
                return found
        raise ChuangpingError("no free port on 127.0.0.1")

    def _claim(self, port: int) -> bool:
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        try:
            claim.bind(f"\0chuangping-demo-port-{port}")
        except OSError:
            claim.close()
            return False
        self._claims.append(claim)
        return True


def write_atomically(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Readers see the old file or the new one, never a part."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    with os.fdopen(
        os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8"
    ) as file:
        file.write(text)
    beside.replace(path)
