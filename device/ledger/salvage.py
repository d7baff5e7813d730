"""Salvage: what can still be read of a damaged ledger, row by row, each row judged by itself."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from device import chain
from device.handling import MAX_INTEGER
from device.json_text import read_any_json
from device.ledger.leaf_pages import LeafPages, Place, Record
from device.ledger.reader import Head, Log, Lost, StoredBlob, StoredRow, is_log_id
from device.ledger.verify import filed_under
from device.sealing import blob_sha256

_MOST_ROWS_A_PAGE = 4  # a row has more than 256 bytes, a page 1024

Salvaged = StoredRow | Lost
Floor = tuple[int, str, str]
"""Seq, hash and receipt of the point that retention has reached."""

Erased = tuple[str, int, str]
"""SHA-256 of a blob that is gone, seq of the row that names it, and the receipt for it."""


@dataclass(slots=True)
class _Findings:
    """What a walk over the pages found: where in the file it stands, or itself.

    `rows`: by seq, each distinct one that holds by itself. `blobs`, `erased`: by SHA-256.
    """

    rows: dict[int, tuple[Place, ...]] = field(default_factory=dict)
    blobs: dict[str, Place] = field(default_factory=dict)
    erased: dict[str, Place] = field(default_factory=dict)
    floors: list[Floor] = field(default_factory=list)
    log: Log | None = None


class DamagedLedger:
    """A ledger that was set aside, read without changing a byte of it. Belongs to one thread.

    Nothing in the file is believed for where it stands, only for what it proves: a row by its hash, the name
    of the log by the hash that follows from it. What cannot be read is missing from the answers; nothing here
    raises for that. Takes some 200 bytes of memory a row.
    """

    def __init__(self, path: Path) -> None:
        self._pages = LeafPages(path)
        self._known: _Findings | None = None

    def close(self) -> None:
        """Give the file back."""
        self._pages.close()

    def log(self) -> Log | None:
        """The identity of the log, or None when it cannot be read."""
        return self._found.log

    def floor(self) -> Floor | None:
        """The newest floor that no row contradicts; None when there is none, or none that can be read."""
        rows = self._found.rows
        for floor in sorted(self._found.floors, reverse=True):
            seq, digest, _ = floor
            at, after = self._rows_at(seq), self._rows_at(seq + 1)
            if at or after:
                if any(row.hash == digest for row in at) or any(row.prev == digest for row in after):
                    return floor
            elif seq <= max(rows, default=seq):  # the newest row always stays above the floor
                return floor
        return None

    def salvage(self, log_id: str, floor: Head | None, *, reached: int = 0) -> Iterator[Salvaged]:
        """The rows that hold, in order, and between them the ranges that are lost.

        `reached`: the last seq that others know the log to have had. Where nothing at all can be read, and
        nobody knows how far it went, its first row is given as lost and stands for all of them.
        """
        start = Head(log_id, 0, chain.genesis(log_id)) if floor is None else floor
        behind = start
        waiting: StoredRow | None = None
        for row in self._chosen(behind):
            if waiting is not None:
                behind = yield from _judged(waiting, behind, row)
            waiting = row
        if waiting is not None:
            behind = yield from _judged(waiting, behind, None)
        last = max(reached, self._last_indexed(start.seq), max(self._found.rows, default=0))
        if last > behind.seq:
            yield Lost(behind.seq + 1, last, "cannot be read")
        elif behind == start and self._found.log is None:
            yield Lost(start.seq + 1, start.seq + 1, "cannot be read; nor can how many there were")

    def blobs(self) -> Iterator[StoredBlob]:
        """The sealed blobs that are whole; also those of rows lost here, which the province may have."""
        for sha256, place in self._found.blobs.items():
            blob = _blob_in(self._pages.record(place) or ())
            # An old copy of a page may still hold what was erased since.
            if blob is not None and sha256 not in self._found.erased:
                yield blob

    def erased(self) -> Iterator[Erased]:
        """What can be read of the proofs of erasure."""
        for place in self._found.erased.values():
            proof = _erased_in(self._pages.record(place) or ())
            if proof is not None:
                yield proof

    @property
    def _found(self) -> _Findings:
        if self._known is None:
            self._known = self._walk()
        return self._known

    def _walk(self) -> _Findings:
        found = _Findings()
        for place, record in self._pages.records():
            if (row := _row_in(record)) is not None:
                before = found.rows.get(row.seq, ())
                if all(row.hash != other.hash for other in self._read(before)):
                    found.rows[row.seq] = (*before, place)
            elif (blob := _blob_in(record)) is not None:
                found.blobs.setdefault(blob.sha256, place)
            elif (proof := _erased_in(record)) is not None:
                found.erased.setdefault(proof[0], place)
            elif (floor := _floor_in(record)) is not None:
                found.floors.append(floor)
            elif found.log is None:
                found.log = _log_in(record)
        return found

    def _chosen(self, after: Head) -> Iterator[StoredRow]:
        """One row for each seq there is: of several the one that the next row names, or that follows."""
        before = after
        for seq in sorted(seq for seq in self._found.rows if seq > after.seq):
            rows = self._rows_at(seq)
            if len(rows) > 1:
                named = {row.prev for row in self._rows_at(seq + 1)}
                rows.sort(key=lambda row: (row.hash not in named, row.prev != before.hash))
            before = Head(after.log_id, seq, rows[0].hash)
            yield rows[0]

    def _rows_at(self, seq: int) -> list[StoredRow]:
        return list(self._read(self._found.rows.get(seq, ())))

    def _read(self, places: Iterable[Place]) -> Iterator[StoredRow]:
        for place in places:
            record = self._pages.record(place)
            row = None if record is None else _row_in(record)
            if row is not None:
                yield row

    def _last_indexed(self, floor: int) -> int:
        """The greatest seq that the index of services names: it has those of rows that are gone as well."""
        most = floor + self._pages.pages * _MOST_ROWS_A_PAGE  # beyond it is no seq, but damage
        last = 0
        for record in self._pages.index_entries():
            match record:
                case (bytes() as filed, int() as seq) if filed.count(b"/") >= 2 and last < seq <= most:
                    last = seq
        return last


def _row_in(record: Record) -> StoredRow | None:
    """The row in a record, when it holds by itself: its hash follows from `prev` and its own text."""
    match record:
        case (None, bytes() as prev, bytes() as digest, bytes() as canonical, _):
            pass
        case _:
            return None
    before, own = _text(prev), _text(digest)
    if not _is_hash(before) or chain.link(before, canonical) != own:
        return None
    try:
        fields = read_any_json(canonical)
    except msgspec.DecodeError:
        return None
    seq = fields.get("seq") if isinstance(fields, dict) else None
    if type(seq) is not int or not 1 <= seq <= MAX_INTEGER:
        return None
    return StoredRow(seq, before, own, canonical, filed_under(fields))


def _blob_in(record: Record) -> StoredBlob | None:
    """The blob in a record, when it holds by itself: it is named by the hash of what is in it."""
    match record:
        case (bytes() as name, int() as seq, bytes() as kid, bytes() as suite, bytes() as enc, bytes() as ct):
            if blob_sha256(enc, ct) == _text(name):
                return StoredBlob(seq, _text(name), _text(kid), _text(suite), enc, ct)
    return None


def _erased_in(record: Record) -> Erased | None:
    match record:
        case (bytes() as sha256, int() as seq, bytes() as receipt) if _is_hash(_text(sha256)):
            return _text(sha256), seq, _text(receipt)
    return None


def _floor_in(record: Record) -> Floor | None:
    match record:
        case (int() as seq, bytes() as digest, bytes() as receipt) if seq > 0 and _is_hash(_text(digest)):
            return seq, _text(digest), _text(receipt)
    return None


def _log_in(record: Record) -> Log | None:
    match record:
        case (bytes() as name, bytes() | None as prior, bytes() as first_prev):
            log_id, before = _text(name), _text(prior)
            if is_log_id(log_id) and _text(first_prev) == chain.genesis(log_id):
                return Log(log_id, before if is_log_id(before) else None)
    return None


def _text(value: bytes | None) -> str:
    """A text, all of which are ASCII in a ledger but for the rows."""
    return (value or b"").decode("ascii", "replace")


def _is_hash(text: str) -> bool:
    return re.fullmatch("[0-9a-f]{64}", text) is not None


def _judged(row: StoredRow, behind: Head, following: StoredRow | None) -> Generator[Salvaged, None, Head]:
    """`row` if it holds; before it what is lost between `behind` and it. Returns the new `behind`."""
    if following is not None and following.seq == row.seq + 1 and following.prev != row.hash:
        # Rewritten, hash and all: the row after it remembers another.
        return behind
    if row.seq > behind.seq + 1:
        yield Lost(behind.seq + 1, row.seq - 1, "cannot be read, or was changed")
    elif row.prev != behind.hash:
        return behind
    yield row
    return Head(behind.log_id, row.seq, row.hash)
