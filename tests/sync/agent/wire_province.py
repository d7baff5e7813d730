"""A small province at the other end of a real broker: commits rows in memory and answers with receipts."""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from typing import Any

from device.chain import genesis
from device.clock import wall_text
from device.errors import SyncError
from sync.contract.batch import check_batch
from sync.contract.envelope import PROVINCE, device_path, unwrap, wrap
from sync.contract.keys import KeySet, SigningKey
from sync.contract.messages import Hello, Ratings, Receipt, Sealed, Status
from sync.contract.sealed import blob_hash, blob_of
from sync.contract.topics import DownName, Topic, UpName, down, every_device, parse
from sync.mqtt import LinkEvent, LinkSettings, MqttLink, Received
from tests.patience import PATIENCE_S


class WireProvince:
    """`rows`: what is committed, in order. `answers`: whether receipts are sent. `refuses`: their status.

    `blobs`: every sealed blob that came, by row and hash; `sealed_status`: what their receipts say.
    """

    def __init__(self, settings: LinkSettings, *, key: SigningKey, devices: KeySet) -> None:
        self._settings = settings
        self._key = key
        self._devices = devices
        self._events: queue.SimpleQueue[LinkEvent | None] = queue.SimpleQueue()
        self._ids = count()
        self._log_id = ""
        self._session = ""
        self.rows: list[dict[str, Any]] = []
        self.blobs: list[tuple[int, str]] = []
        self.sealed_status = "ok"
        self.statuses: list[Status] = []
        self.hellos: list[Hello] = []
        self.batches = 0
        self.answers = True
        self.refuses: str | None = None

    def __enter__(self) -> WireProvince:
        self._link = MqttLink(
            self._settings,
            subscriptions=[every_device(name) for name in UpName],
            will=None,
            on_event=self._events.put,
        )
        self._link.connect(PATIENCE_S)
        self._thread = threading.Thread(target=self._run, name="wire-province")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._events.put(None)
        self._thread.join(PATIENCE_S)
        self._link.close()

    def _run(self) -> None:
        while (event := self._events.get()) is not None:
            if isinstance(event, Received):
                self._take(parse(event.topic), event.payload)

    def _take(self, topic: Topic, payload: bytes) -> None:
        wrapped = unwrap(payload, topic=topic, keys=self._devices)
        status, from_seq = self.refuses or "ok", None
        match wrapped.message:
            case Status() as message:
                self.statuses.append(message)
                return
            case Hello() as message:
                self.hellos.append(message)
                self._session, self._log_id = message.session, message.active
            case Ratings() as message:
                self.batches += 1
                check_batch(message)
                if message.first > len(self.rows) + 1:
                    status, from_seq = "resend", len(self.rows) + 1
                elif self.refuses is None:
                    self.rows += message.rows[len(self.rows) + 1 - message.first :]
            case Sealed() as message:
                self.blobs.append((message.seq, blob_hash(*blob_of(message))))
                status = self.sealed_status
        if self.answers:
            # A broker that has just died takes no receipt; the agent says it all again.
            with suppress(SyncError):
                self.receipt(topic.device, wrapped.event.id, status, from_seq=from_seq)

    def receipt(self, device: str, re: str, status: str, **changes: Any) -> None:
        """Send a receipt that says how far the rows are committed."""
        values: dict[str, Any] = {
            "re": re,
            "session": self._session,
            "log_id": self._log_id,
            "through": len(self.rows),
            "head": self.rows[-1]["hash"] if self.rows else genesis(self._log_id),
            "status": status,
            "time": wall_text(datetime.now(UTC)),
            **changes,
        }
        payload = wrap(
            Receipt(**values),
            name=DownName.RECEIPT,
            source=PROVINCE,
            subject=device_path(device),
            at=datetime.now(UTC),
            key=self._key,
            id=f"r-{next(self._ids)}",
        )
        self._link.publish(down(device, DownName.RECEIPT), payload)
