"""The logs on a card, each proven row by row; what is damaged is salvaged from the copy first."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from device.errors import LedgerError
from device.faults import Fault
from device.ledger.closed_log import closed_log_paths, write_closed_log
from device.ledger.reader import Head, LedgerReader, StoredBlob, StoredRow
from device.ledger.salvage import DamagedLedger
from device.ledger.verify import verify_all
from provisioning.refused import NotKept, Refused
from provisioning.rescue.card import DAMAGED, LEDGER
from provisioning.rescue.card_copy import ReadAt, copy_again, copy_ledger

ACTIVE = "active"

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class CardLog:
    """One log, in a file of ours that is sound. `state`: "active", "closed" or "damaged"; `why` it ended.

    `lost`: rows that are gone, first and last of each range. `unread`: bytes that the card did not give.
    """

    path: Path
    source: Path
    log_id: str
    prior: str | None
    state: str
    why: str | None
    floor: Head
    head: Head
    lost: tuple[tuple[int, int], ...]
    unread: int

    def rows_after(self, seq: int) -> Iterator[StoredRow]:
        """Every row with a greater `seq`, in order."""
        with LedgerReader(self.path) as reader:
            after = max(seq, self.floor.seq)
            while rows := reader.rows_after(after, _AT_ONCE):
                yield from rows
                after = rows[-1].seq

    def blobs(self) -> Iterator[StoredBlob]:
        """Every sealed blob, still sealed; those that were erased after their receipt are gone."""
        with LedgerReader(self.path) as reader:
            after = 0
            while blobs := reader.sealed_after(after, _AT_ONCE):
                yield from blobs
                after = blobs[-1].seq

    def hash_of(self, seq: int) -> str | None:
        """The hash of row `seq`, or of the floor; None when it is not on the card."""
        if seq == self.floor.seq:
            return self.floor.hash
        with LedgerReader(self.path) as reader:
            row = reader.row(seq)
        return None if row is None else row.hash


def read_logs(
    folder: Path, scratch: Path, *, progress: Callable[[int], None], read: ReadAt = os.pread
) -> list[CardLog]:
    """The logs in the device's `folder`, those that ended first; all is copied to `scratch` before.

    `progress` is told the row, every thousand that are proven. A file of which nobody can tell which log it
    was is left out. Raises Refused.
    """
    sources = [*closed_log_paths(folder), *_set_aside(folder), folder / LEDGER]
    found: list[CardLog] = []
    for number, source in enumerate(source for source in sources if source.exists()):
        log = _log(source, scratch / str(number), progress, read)
        # What was set aside is in `closed/` already, unless the device died before it had salvaged it.
        known = any(log.log_id == other.log_id for other in found) if log else False
        if log is not None and not (known and source.parent.parent.name == DAMAGED):
            found.append(log)
    if not found:
        raise Refused("rescue.nothing_readable", folder=folder)
    return found


def _set_aside(folder: Path) -> list[Path]:
    try:
        return sorted((folder / DAMAGED).glob(f"*/{LEDGER}"))
    except OSError:
        return []


def _log(source: Path, scratch: Path, progress: Callable[[int], None], read: ReadAt) -> CardLog | None:
    copied, opened = scratch / "copied.db", scratch / "opened.db"
    unread = copy_ledger(source, copied, read=read)
    copy_again(copied, opened)
    try:
        # SQLite takes the write-ahead log in, in the copy of the copy: salvage reads both as they were.
        with LedgerReader(opened) as reader:
            if verify_all(reader, progress).why is None:
                return _described(reader, opened, source, unread)
    except LedgerError as error:
        if error.fault == Fault.LEDGER_NEWER:
            raise Refused("rescue.newer", file=source) from None
    return _salvaged(copied, scratch / "salvaged.db", source, unread)


def _salvaged(copied: Path, target: Path, source: Path, unread: int) -> CardLog | None:
    damaged = DamagedLedger(copied)
    try:
        log = damaged.log()
        if log is None:
            return None
        floor = damaged.floor()
        head = Head(log.log_id, floor[0], floor[1]) if floor else None
        write_closed_log(
            target,
            log=log,
            floor=floor,
            rows=damaged.salvage(log.log_id, head),
            why="damaged on the card",
            blobs=damaged.blobs(),
            erased=damaged.erased(),
        )
    except LedgerError as error:
        raise NotKept("rescue.not_copied", file=target, why=str(error)) from None
    finally:
        damaged.close()
    with LedgerReader(target) as reader:
        return _described(reader, target, source, unread)


def _described(reader: LedgerReader, path: Path, source: Path, unread: int) -> CardLog:
    log, end = reader.log(), reader.end()
    return CardLog(
        path=path,
        source=source,
        log_id=log.log_id,
        prior=log.prior,
        state=end.state if end else ACTIVE,
        why=end.why if end else None,
        floor=reader.floor(),
        head=reader.head(),
        lost=tuple((gap.first, gap.last) for gap in reader.lost()),
        unread=unread,
    )
