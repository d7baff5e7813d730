"""One real device process with its window on an X server, as a citizen touches it; no agent, no province."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric import ec

from device.ledger.reader import LedgerReader, StoredBlob
from device.row import Row
from sync.contract.keys import KeySet, KeyUse, PublicKey, SigningKey, sign_key_set
from tests.journeys.citizen import HEIGHT, WIDTH
from tests.patience import until
from tests.ports import free_port
from tests.sync.throwaway_ca import ThrowawayCa

WITHIN_S = 60.0

_CONFIG = """\
kind = "device"
[device]
id = "cp-touched"
folder = "data"
[province]
receipts = "sync.db"
key_set = "keys.jws"
root = "ca/ca.crt"
[visit]
words_s = 15
[panel]
{panel}
[ui]
width = {width}
height = {height}
fullscreen = false
languages = {languages}
unreviewed = {languages}
screenshot = "data/screen.png"
[counter]
port = {port}
token_file = "counter.token"
[ledger]
ballast_kib = 64
"""


class TouchedDevice:
    """Everything it writes is under `folder`; what is sealed there `private` opens. Use with `with`.

    `panel`: the port of its key panel; without one it has no keys.
    """

    def __init__(
        self,
        folder: Path,
        display: str,
        *,
        languages: tuple[str, ...] = ("zh-Hans", "en"),
        panel: Path | None = None,
    ) -> None:
        self.folder = folder
        self.display = display
        self._languages = list(languages)
        self._panel = 'kind = "none"' if panel is None else f'port = "{panel}"'
        self._environment = {**os.environ, "DISPLAY": display, "PYTHONIOENCODING": "utf-8"}
        ca = ThrowawayCa(folder / "ca")
        self.private = ec.generate_private_key(ec.SECP256R1())
        keys = KeySet([PublicKey(self.private.public_key(), KeyUse.SEAL)])
        token = sign_key_set(keys, SigningKey(ca.key), datetime.now(UTC))
        (folder / "keys.jws").write_text(token, "ascii")
        (folder / "counter.token").write_text("token-of-the-counter\n", "ascii")
        (folder / "counter.token").chmod(0o600)

    def __enter__(self) -> TouchedDevice:
        port = free_port()
        config = self.folder / "device.toml"
        config.write_text(
            _CONFIG.format(
                width=WIDTH, height=HEIGHT, port=port, languages=self._languages, panel=self._panel
            ),
            "utf-8",
        )
        with (self.folder / "device.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "device", "--config", str(config)],
                stdout=log,
                stderr=log,
                env=self._environment,
            )
        self.counter = httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": "Bearer token-of-the-counter"},
            timeout=10,
        )
        until(self._is_up, within_s=WITHIN_S, what="the counter link answers")
        return self

    def __exit__(self, *_: object) -> None:
        self.counter.close()
        self._process.terminate()
        try:
            self._process.wait(WITHIN_S)
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

    def blobs(self) -> list[StoredBlob]:
        """The sealed blobs beside it."""
        with LedgerReader(self.folder / "data" / "ratings.db") as reader:
            return reader.sealed_after(0, 100)
