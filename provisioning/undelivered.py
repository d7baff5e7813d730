"""What of a device has no receipt yet: counted from its own files, which are only read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from device.errors import LedgerError
from device.ledger.closed_log import closed_log_paths
from device.ledger.reader import LedgerReader, StoredBlob
from device.sqlite_file import expecting_sound, open_reader
from provisioning.refused import Refused
from sync.contract.messages import SignedHead

LEDGER = "ratings.db"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Undelivered:
    """`rows` and sealed `blobs` without a receipt; `heads`: where each log of the device ends."""

    rows: int
    blobs: int
    heads: tuple[SignedHead, ...]

    @property
    def number(self) -> int:
        """All of them."""
        return self.rows + self.blobs


def count_undelivered(folder: Path, receipts: Path) -> Undelivered:
    """Of all logs in the device's `folder`, by the agent's `receipts` (sync.db).

    Raises Refused when a file cannot be read: then nobody can say.
    """
    rows = blobs = 0
    heads: dict[str, SignedHead] = {}
    for path in [*closed_log_paths(folder), folder / LEDGER]:
        try:
            with LedgerReader(path) as reader:
                head = reader.head()
                through = _through(receipts, head.log_id)
                rows += max(0, head.seq - through)
                held = _receipted_blobs(receipts, head.log_id)
                blobs += sum(blob.sha256 not in held for blob in _blobs(reader))
        except LedgerError as error:
            raise Refused("decommission.unsure", file=path, why=str(error), folder=folder) from None
        longest = heads.get(head.log_id)
        if longest is None or longest.seq < head.seq:  # of a log with two files
            heads[head.log_id] = SignedHead(log_id=head.log_id, seq=head.seq, hash=head.hash)
    return Undelivered(rows, blobs, tuple(heads.values()))


def _blobs(reader: LedgerReader) -> Iterator[StoredBlob]:
    after = 0
    while found := reader.sealed_after(after, _AT_ONCE):
        yield from found
        after = found[-1].seq


def _through(receipts: Path, log_id: str) -> int:
    found = _look(receipts, "SELECT seq FROM watermark WHERE log_id = ?", log_id)
    return int(str(found[0][0])) if found else 0


def _receipted_blobs(receipts: Path, log_id: str) -> set[str]:
    return {
        str(row[0]) for row in _look(receipts, "SELECT sha256 FROM sealed_receipts WHERE log_id = ?", log_id)
    }


def _look(receipts: Path, sql: str, log_id: str) -> list[tuple[object, ...]]:
    """Rows of sync.db; none where the agent has never made one. Raises LedgerError."""
    if not receipts.exists():
        return []
    with expecting_sound(receipts), closing(open_reader(receipts)) as connection:
        rows: list[tuple[object, ...]] = connection.execute(sql, (log_id,)).fetchall()
        return rows
