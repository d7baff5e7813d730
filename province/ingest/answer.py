"""Answers to devices: receipts, signed, addressed to one device."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from device.clock import wall_text
from province.ingest.verdict import Head
from sync.contract import topics
from sync.contract.envelope import PROVINCE, device_path, wrap
from sync.contract.keys import SigningKey
from sync.contract.messages import Receipt
from sync.contract.topics import DownName


@dataclass(frozen=True, slots=True)
class Answer:
    """A message ready to be published. What it says is committed already."""

    topic: str
    payload: bytes
    retain: bool = False
    beside: tuple[Answer, ...] = ()
    """Further answers to the same message, about other logs of the device."""


class Receipts:
    """Makes the receipts for one message of one device: `re` is its id, `session` the device's.

    `pause_s`: for how long the device is asked to send nothing.
    """

    def __init__(
        self,
        device: str,
        *,
        re: str,
        session: str,
        now: datetime,
        key: SigningKey,
        pause_s: float | None = None,
    ) -> None:
        self._device = device
        self._re = re
        self._session = session
        self._now = now
        self._key = key
        self._pause_s = pause_s

    def held(self, log_id: str, head: Head) -> Answer:
        """Every row of the log up to `head` is committed."""
        return self._answer("ok", log_id=log_id, through=head.seq, head=head.hash)

    def quarantined(self, log_id: str, head: Head, why: str) -> Answer:
        """The rows that end at `head` are kept aside; what follows them is taken."""
        return self._answer("quarantined", log_id=log_id, through=head.seq, head=head.hash, why=why)

    def diverged(self, log_id: str, head: Head) -> Answer:
        """Up to `head` other rows are committed than the device has."""
        why = f"the province holds the log to row {head.seq}, and other rows or more than the device's"
        return self._answer("diverged", log_id=log_id, through=head.seq, head=head.hash, why=why)

    def resend(self, log_id: str, head: Head, from_seq: int | None) -> Answer:
        """Rows are missing from `from_seq` on; None: the row of a sealed blob is."""
        return self._answer("resend", log_id=log_id, through=head.seq, head=head.hash, from_seq=from_seq)

    def refused(self, why: str, *, log_id: str | None = None) -> Answer:
        """The message was the device's, and could not be taken; or only what it says of `log_id`."""
        return self._answer("refused", log_id=log_id, why=why[:400])

    def unknown_device(self) -> Answer:
        """Nobody registered this device here."""
        return self._answer("unknown_device", why="this device is not registered at the province")

    def revoked(self) -> Answer:
        """The device was shut out: by the wire it is as unknown as one that nobody registered."""
        return self._answer("unknown_device", why="this device was revoked; ask the province why")

    def _answer(
        self,
        status: str,
        *,
        through: int = 0,
        log_id: str | None = None,
        head: str | None = None,
        from_seq: int | None = None,
        why: str | None = None,
    ) -> Answer:
        receipt = Receipt(
            re=self._re,
            session=self._session,
            log_id=log_id,
            through=through,
            head=head,
            status=status,
            from_seq=from_seq,
            time=wall_text(self._now),
            pause_s=self._pause_s,
            why=why,
        )
        payload = wrap(
            receipt,
            name=DownName.RECEIPT,
            source=PROVINCE,
            subject=device_path(self._device),
            at=self._now,
            key=self._key,
            id=secrets.token_hex(16),
        )
        return Answer(topics.down(self._device, DownName.RECEIPT), payload)
