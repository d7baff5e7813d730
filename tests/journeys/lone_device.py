"""One real device process on a folder of its own, and the counter's link to it; no agent, no province."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Self

import httpx

from device.ledger.reader import LedgerReader
from device.row import Row
from tests.patience import PATIENCE_S, until
from tests.ports import free_port

_TOKEN = "token-of-the-counter"
_COUNTER_AND_LEDGER = """\
[counter]
port = {port}
token_file = "counter.token"
[ledger]
ballast_kib = 64
"""


class LoneDevice:
    """Everything it writes is under `folder`. Use with `with`.

    `config`: its file, but for the sections of the counter and the ledger. The data are in `data`.
    """

    def __init__(self, folder: Path, config: str, environment: dict[str, str]) -> None:
        self.folder = folder
        self._environment = {**os.environ, "PYTHONIOENCODING": "utf-8", **environment}
        port = free_port()
        (folder / "device.toml").write_text(config + _COUNTER_AND_LEDGER.format(port=port), "utf-8")
        (folder / "counter.token").write_text(f"{_TOKEN}\n", "ascii")
        (folder / "counter.token").chmod(0o600)
        self._url = f"http://127.0.0.1:{port}"

    def __enter__(self) -> Self:
        with (self.folder / "device.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "device", "--config", str(self.folder / "device.toml")],
                stdout=log,
                stderr=log,
                env=self._environment,
            )
        self.counter = httpx.Client(
            base_url=self._url, headers={"Authorization": f"Bearer {_TOKEN}"}, timeout=PATIENCE_S
        )
        until(self._is_up, what="the counter link answers")
        return self

    def __exit__(self, *_: object) -> None:
        self.counter.close()
        self._process.terminate()
        try:
            assert self._process.wait(PATIENCE_S) == 0, self.log()
        finally:
            self._process.kill()
            self._process.wait()

    def _is_up(self) -> bool:
        assert self._process.poll() is None, self.log()
        try:
            return self.counter.get("/v1/device").status_code == 200
        except httpx.TransportError:
            return False

    def log(self) -> str:
        """All that the process wrote."""
        return (self.folder / "device.log").read_text("utf-8", "replace")

    def invite(self, number: int, *, language: str | None = None) -> str:
        """The id of a new invitation, shown when the visit that is on has ended."""
        handling = {"project_no": f"510100-20261122-{number:06d}", "service_no": 1}
        invitation = {"handling": handling, "ttl_s": 600, "language": language}
        answer = self.counter.post("/v1/invitations", json=invitation)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def state(self, id_: str) -> str:
        """What the counter learns of it."""
        return str(self.counter.get(f"/v1/invitations/{id_}").json()["state"])

    def rows(self) -> list[Row]:
        """The rating rows of the ledger."""
        with LedgerReader(self.folder / "data" / "ratings.db") as reader:
            return [row for row in (stored.row() for stored in reader.rows()) if row["kind"] == "rating"]
