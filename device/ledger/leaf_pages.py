"""The records of a SQLite file read off its leaf pages: without its schema, its trees, or SQLite.

The format is that of sqlite.org/fileformat2.html: pages in 1.6, records in 2.1, the write-ahead log in 4.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE_BYTES = 1024  # as every ledger is made

_TABLE_LEAF, _INDEX_LEAF = 0x0D, 0x0A
_WAL_HEADER_BYTES, _FRAME_HEADER_BYTES = 32, 24
_FRAME_BYTES = _FRAME_HEADER_BYTES + PAGE_BYTES
_MOST_BYTES = 256 * 1024  # in one record: more than any row or blob has
_LEAST_IN_PAGE = (PAGE_BYTES - 12) * 32 // 255 - 23
_MOST_IN_PAGE = {_TABLE_LEAF: PAGE_BYTES - 35, _INDEX_LEAF: (PAGE_BYTES - 12) * 64 // 255 - 23}
_INTEGER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}  # by serial type
_CONSTANTS = {0: None, 8: 0, 9: 1}

Value = int | bytes | None  # text is bytes too: it may be none any more
Record = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record begins: its byte in the file, or in the write-ahead log."""

    at: int
    in_wal: bool


class LeafPages:
    """Reads the file `path` and the write-ahead log beside it, changing nothing. Belongs to one thread.

    Pages that cannot be read, and records that cannot be made out, are missing from the answers; nothing here
    raises for that, nor takes longer than the size of the files explains.
    """

    def __init__(self, path: Path) -> None:
        self._file = _opened(path)
        self._wal = _opened(path.with_name(path.name + "-wal"))
        self._newest = self._pages_in_wal()

    def close(self) -> None:
        """Give the files back. Safe to call twice."""
        for handle in (self._file, self._wal):
            if handle is not None:
                os.close(handle)
        self._file = self._wal = None

    @property
    def pages(self) -> int:
        """How many pages there are, the same one in the write-ahead log counted again."""
        return _size(self._file) // PAGE_BYTES + _size(self._wal) // _FRAME_BYTES

    def records(self) -> Iterator[tuple[Place, Record]]:
        """Every record of every table, in no order, some more than once: old copies of a page count too.

        What the file itself holds comes first, then the write-ahead log from its beginning: of two that
        cannot both be right the first is the one that was committed.
        """
        return self._on_leaves(_TABLE_LEAF)

    def index_entries(self) -> Iterator[Record]:
        """Every entry of every index, the rowid last."""
        return (record for _, record in self._on_leaves(_INDEX_LEAF))

    def record(self, place: Place) -> Record | None:
        """The record at a place that `records` gave."""
        if place.in_wal:
            begin = place.at - (place.at - _WAL_HEADER_BYTES) % _FRAME_BYTES + _FRAME_HEADER_BYTES
        else:
            begin = place.at - place.at % PAGE_BYTES
        page = self._read(begin, in_wal=place.in_wal)
        return self._cell(page, place.at - begin)

    def _on_leaves(self, kind: int) -> Iterator[tuple[Place, Record]]:
        in_file = range(PAGE_BYTES, _size(self._file), PAGE_BYTES)  # page 1 holds the schema
        in_wal = range(_WAL_HEADER_BYTES + _FRAME_HEADER_BYTES, _size(self._wal), _FRAME_BYTES)
        yield from self._on_pages(kind, in_file, in_wal=False)
        yield from self._on_pages(kind, in_wal, in_wal=True)

    def _on_pages(self, kind: int, begins: range, *, in_wal: bool) -> Iterator[tuple[Place, Record]]:
        for begin in begins:
            page = self._read(begin, in_wal=in_wal)
            if not page or page[0] != kind:
                continue
            cells = min(int.from_bytes(page[3:5]), (PAGE_BYTES - 8) // 2)
            for pointer in range(8, 8 + 2 * cells, 2):
                at = int.from_bytes(page[pointer : pointer + 2])
                record = self._cell(page, at)
                if record is not None:
                    yield Place(begin + at, in_wal), record

    def _cell(self, page: bytes, at: int) -> Record | None:
        try:
            payload_bytes, at = _varint(page, at)
            if page[0] == _TABLE_LEAF:
                _, at = _varint(page, at)  # the rowid, which is also in the row itself
            return _record(self._payload(page, at, payload_bytes))
        except IndexError:
            return None

    def _payload(self, page: bytes, at: int, size: int) -> bytes:
        """`size` bytes from `at` on, and on the pages where they overflow to. Raises IndexError."""
        if size > _MOST_BYTES:
            raise IndexError(size)
        most = _MOST_IN_PAGE[page[0]]
        here = size
        if size > most:
            here = _LEAST_IN_PAGE + (size - _LEAST_IN_PAGE) % (PAGE_BYTES - 4)
            here = here if here <= most else _LEAST_IN_PAGE
        payload = page[at : at + here]
        following = page[at + here : at + here + 4]
        while len(payload) < size:
            more = self._page(int.from_bytes(following))
            if not more:
                raise IndexError(at)
            payload += more[4 : 4 + size - len(payload)]
            following = more[:4]
        return payload

    def _page(self, number: int) -> bytes:
        frame = self._newest.get(number)
        if frame is not None:
            return self._read(frame, in_wal=True)
        return self._read((number - 1) * PAGE_BYTES, in_wal=False)

    def _pages_in_wal(self) -> dict[int, int]:
        """The newest copy of each page in the write-ahead log: page → where it begins."""
        newest = {}
        for at in range(_WAL_HEADER_BYTES, _size(self._wal), _FRAME_BYTES):
            number = self._read(at, in_wal=True)[:4]
            newest[int.from_bytes(number)] = at + _FRAME_HEADER_BYTES
        return newest

    def _read(self, at: int, *, in_wal: bool) -> bytes:
        """A whole page; nothing where there is none, or where the card does not give it."""
        handle = self._wal if in_wal else self._file
        if handle is None or at < 0:
            return b""
        with contextlib.suppress(OSError):
            page = os.pread(handle, PAGE_BYTES, at)
            return page if len(page) == PAGE_BYTES else b""
        return b""


def _opened(path: Path) -> int | None:
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC) if path.exists() else None


def _size(handle: int | None) -> int:
    return 0 if handle is None else os.fstat(handle).st_size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at `at`, and where it ends. Raises IndexError."""
    value = 0
    for byte in range(at, at + 8):
        value = value << 7 | data[byte] & 0x7F
        if data[byte] < 0x80:
            return value, byte + 1
    return value << 8 | data[at + 8], at + 9


def _record(payload: bytes) -> Record | None:
    """The values of a record; None when it has a kind of value that our tables do not. Raises IndexError."""
    header_bytes, at = _varint(payload, 0)
    values: list[Value] = []
    value_at = header_bytes
    while at < header_bytes:
        kind, at = _varint(payload, at)
        if kind in _CONSTANTS:
            values.append(_CONSTANTS[kind])
        elif kind in _INTEGER_BYTES:
            size = _INTEGER_BYTES[kind]
            values.append(int.from_bytes(payload[value_at : value_at + size], signed=True))
            value_at += size
        elif kind >= 12:
            size = (kind - 12) // 2
            values.append(payload[value_at : value_at + size])
            value_at += size
        else:
            return None
    return tuple(values) if value_at == len(payload) else None
