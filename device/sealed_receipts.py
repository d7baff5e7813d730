"""The province's receipts for sealed blobs, read from the agent's sync.db and proven again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from device.errors import ContractError
from device.ledger.reader import StoredBlob
from device.province_time import Verify
from device.sqlite_file import look_into


class SealedReceipts:
    """Reads `sealed_receipts`. Belongs to the thread that calls it; opens the file for each look."""

    def __init__(self, path: Path, verify: Verify) -> None:
        self._path = path
        self._verify = verify

    def given_before(self, time: datetime, log_id: str, blobs: list[StoredBlob]) -> dict[str, str]:
        """Of `blobs`, all of `log_id`, those that the province said before `time` to have: SHA-256 → JWS."""
        given = {}
        for blob, jws in self._received(log_id, blobs):
            try:
                facts = self._verify(jws)
            except ContractError:
                continue
            # The message that carries a blob has its hash for an id: no other receipt stands for it.
            if (facts.status, facts.log_id, facts.re) != ("ok", log_id, blob.sha256):
                continue
            if facts.time < time:
                given[blob.sha256] = jws.decode("ascii")
        return given

    def _received(self, log_id: str, blobs: list[StoredBlob]) -> list[tuple[StoredBlob, bytes]]:
        seqs = [blob.seq for blob in blobs]
        found = look_into(
            self._path,
            "SELECT seq, sha256, receipt FROM sealed_receipts WHERE log_id = ? AND seq BETWEEN ? AND ?",
            *(log_id, min(seqs, default=0), max(seqs, default=0)),
            kinds=(int, str, bytes),
        )
        receipts = {(seq, sha256): jws for seq, sha256, jws in found}
        return [(b, receipts[b.seq, b.sha256]) for b in blobs if (b.seq, b.sha256) in receipts]
