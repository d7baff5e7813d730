"""A device with its window on an X server, as a citizen touches it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from device.ledger.reader import LedgerReader, StoredBlob
from sync.contract.keys import KeySet, KeyUse, PublicKey, SigningKey, sign_key_set
from tests.journeys.citizen import HEIGHT, WIDTH
from tests.journeys.lone_device import LoneDevice
from tests.sync.throwaway_ca import ThrowawayCa

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
{times}
[panel]
{panel}
[ui]
width = {width}
height = {height}
fullscreen = false
languages = {languages}
unreviewed = {languages}
screenshot = "data/screen.png"
"""


class TouchedDevice(LoneDevice):
    """What is sealed there `private` opens.

    `panel`: the port of its key panel; without one it has no keys. `times`: of its visits, as in its file.
    """

    def __init__(
        self,
        folder: Path,
        display: str,
        *,
        languages: tuple[str, ...] = ("zh-Hans", "en"),
        panel: Path | None = None,
        times: str = "",
    ) -> None:
        config = _CONFIG.format(
            width=WIDTH,
            height=HEIGHT,
            languages=list(languages),
            panel='kind = "none"' if panel is None else f'port = "{panel}"',
            times=times,
        )
        super().__init__(folder, config, {"DISPLAY": display})
        self.display = display
        ca = ThrowawayCa(folder / "ca")
        self.private = ec.generate_private_key(ec.SECP256R1())
        keys = KeySet([PublicKey(self.private.public_key(), KeyUse.SEAL)])
        token = sign_key_set(keys, SigningKey(ca.key), datetime.now(UTC))
        (folder / "keys.jws").write_text(token, "ascii")

    def blobs(self) -> list[StoredBlob]:
        """The sealed blobs beside the ledger."""
        with LedgerReader(self.folder / "data" / "ratings.db") as reader:
            return reader.sealed_after(0, 100)
