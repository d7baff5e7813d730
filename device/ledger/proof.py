"""A proof of the whole ledger, a few rows at a time: damage is met before the row is needed."""

from __future__ import annotations

from pathlib import Path

from device.ledger.reader import Head, LedgerReader
from device.ledger.verify import fault_in, fault_in_floor, start_of
from device.sqlite_file import damaged

_AT_ONCE = 100  # rows, a millisecond or two: a press may come meanwhile
_AGAIN_MS = 24 * 3600 * 1000  # a proof that has reached the head begins again from the floor


class RunningProof:
    """Walks the chain of the ledger `path` from floor to head, over and over. Belongs to one thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._proven: Head | None = None
        self._began_ms = 0

    def step(self, now_ms: int) -> None:
        """Prove the next rows. Raises LedgerError (damaged) naming the first row that does not hold."""
        with LedgerReader(self._path) as reader:
            floor = reader.floor()
            proven = self._proven
            if proven is None or proven.log_id != floor.log_id or now_ms - self._began_ms >= _AGAIN_MS:
                proven, self._began_ms = start_of(floor), now_ms
                why = fault_in_floor(reader)
                if why:
                    raise damaged(self._path, f"row {floor.seq} {why}")
            if proven.seq < floor.seq:
                proven = floor
            for row in reader.rows_after(proven.seq, _AT_ONCE):
                why = fault_in(row, proven)
                if why:
                    raise damaged(self._path, f"row {row.seq} {why}")
                proven = Head(proven.log_id, row.seq, row.hash)
            self._proven = proven
