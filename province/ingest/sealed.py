"""One sealed blob of a device, taken within one transaction: kept for its row, never opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from device.chain import genesis
from device.clock import wall_text
from device.errors import ContractError
from province.ingest.alarm import AlarmCode, Raised, record_alarms
from province.ingest.answer import Answer, Receipts
from province.ingest.verdict import Head
from province.store import logs, ratings, sealed
from province.store.sealed import Blob
from sync.contract.messages import Sealed
from sync.contract.sealed import blob_hash, blob_of


@dataclass(frozen=True, slots=True)
class SealedDelivery:
    """What a blob of `device` changes. The answer becomes true when the transaction is committed."""

    connection: sa.Connection
    device: str
    receipts: Receipts
    now: datetime

    def take(self, message: Sealed, payload: bytes) -> Answer:
        """The blob, if its row is committed and names it; `payload`: the message as it came, else kept aside.

        A blob that is held already is receipted again.
        """
        try:
            enc, ct = blob_of(message)
        except ContractError as error:
            self._alarm(AlarmCode.UNREADABLE, "a message, signed by the device, that cannot be read")
            return self.receipts.refused(str(error))
        blob = Blob(message.log_id, message.seq, blob_hash(enc, ct), message.kid, message.suite, enc, ct)
        log = logs.find_locked(self.connection, blob.log_id)
        if log is None:
            return self.receipts.resend(blob.log_id, Head(0, genesis(blob.log_id)), None)
        if log.device != self.device:
            self._set_aside(blob, payload)
            return self.receipts.refused("this log is another device's")
        head = Head(log.seq, log.head)
        row = ratings.find(self.connection, blob.log_id, blob.seq)
        if row is None and blob.seq > log.seq:
            return self.receipts.resend(blob.log_id, head, None)
        named = None if row is None else sealed.named_by(row.row)
        if named is None or named.sha256 != blob.sha256:
            if not self._set_aside(blob, payload):
                return self.receipts.refused("no row names it, and there is no room to keep more such aside")
            return self.receipts.quarantined(
                blob.log_id, head, "no row that is held names it; it is kept aside"
            )
        if sealed.find(self.connection, blob.log_id, blob.sha256) is None:
            sealed.keep(self.connection, blob, device=self.device, at=wall_text(self.now))
        return self.receipts.held(blob.log_id, head)

    def _set_aside(self, blob: Blob, payload: bytes) -> bool:
        self._alarm(AlarmCode.SEALED_UNKNOWN, f"log {blob.log_id}: row {blob.seq}")
        return sealed.set_aside(
            self.connection,
            log_id=blob.log_id,
            seq=blob.seq,
            sha256=blob.sha256,
            device=self.device,
            raw=payload,
            at=wall_text(self.now),
        )

    def _alarm(self, code: AlarmCode, detail: str) -> None:
        record_alarms(self.connection, [Raised(self.device, code, detail)], self.now)
