"""A device's end of the protocol at its simplest: hello, then batches until all is receipted."""

from __future__ import annotations

import queue
import time
from pathlib import Path

from sync.contract import topics
from sync.contract.keys import PublicKey, open_key_set
from sync.contract.messages import Receipt
from sync.contract.topics import DownName, UpName
from sync.mqtt import Disconnected, LinkSettings, Received
from tests.province.real_broker import Client
from tests.province.simulated_device import SimulatedDevice, SimulatedLog, open_receipt

WINDOW = 4
SILENCE_S = 0.5  # then what is in flight is sent again


class Carrier:
    """Carries the log of `device` over one connection."""

    def __init__(self, device: SimulatedDevice, settings: LinkSettings, identity: Path) -> None:
        self._device = device
        root = PublicKey.from_certificate((identity / "ca.crt").read_bytes())
        self._keys = open_key_set((identity / "keys.jws").read_text(), root)
        self.client = Client(settings, [topics.down(device.name, DownName.RECEIPT)])

    def __enter__(self) -> Carrier:
        self.client.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.client.__exit__()

    def ask(self, name: UpName, payload: bytes, *, within_s: float = 20.0) -> Receipt:
        """The answer to one message, sent until it comes: the province may not be connected yet."""
        deadline_s = time.monotonic() + within_s
        while time.monotonic() < deadline_s:
            self.client.link.publish(self._device.topic(name), payload)
            receipt = self._receipt(SILENCE_S)
            if receipt is not None:
                return receipt
        raise AssertionError("no receipt came")

    def carry(
        self, *, rows: int, through: int = 0, within_s: float = 60.0, silence_s: float = SILENCE_S
    ) -> None:
        """Send the log, `rows` a batch, until its last row is receipted; `through`: where hello left it."""
        last = len(self._device.log.rows)
        sent = through
        deadline_s = time.monotonic() + within_s
        while through < last:
            assert time.monotonic() < deadline_s, f"receipted to {through} of {last}"
            while sent < last and sent - through < WINDOW * rows:
                end = min(sent + rows, last)
                payload = self._device.ratings(sent + 1, end)
                self.client.link.publish(self._device.topic(UpName.RATINGS), payload)
                sent = end
            receipt = self._receipt(silence_s)
            if receipt is None or receipt.status == "resend":
                sent = through
            else:
                assert receipt.status == "ok", receipt
                through = max(through, receipt.through)

    def hello(self, log: SimulatedLog | None = None) -> Receipt:
        return self.ask(UpName.HELLO, self._device.hello(log))

    def _receipt(self, timeout_s: float) -> Receipt | None:
        deadline_s = time.monotonic() + timeout_s
        while True:
            try:
                event = self.client.heard.get(timeout=max(0.001, deadline_s - time.monotonic()))
            except queue.Empty:
                return None
            if isinstance(event, Disconnected):
                raise ConnectionError(event.why)
            if isinstance(event, Received):
                return open_receipt(self._device, event.payload, self._keys)
