"""What the device knows of the province through its agent: receipts, read from sync.db and proven again."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from device.errors import ContractError
from device.sqlite_file import look_into

_TOLERANCE = timedelta(seconds=5)
_DRIFT = 200e-6  # a cheap crystal in a hot case, twice over
_MOST_LATE = timedelta(minutes=2)  # the agent gives up a link that is silent for less than that


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What a receipt says, its signature proven: the province holds `log_id` up to row `through`.

    `head`: the hash of that row. `status`: as on the wire. `re`: the id of the message it answers.
    """

    log_id: str | None
    through: int
    time: datetime
    head: str | None
    status: str
    re: str | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """The province's time `time` was learnt at monotonic `mono_ms` of boot `boot`."""

    time: datetime
    boot: str
    mono_ms: int


Verify = Callable[[bytes], ReceiptFacts]
"""Proves a receipt as received (JWS) and reads it. Raises ContractError when it does not hold."""


_OF_THE_NEWEST_BOOT = (
    "WHERE id > ? AND boot = (SELECT boot FROM receipts ORDER BY id DESC LIMIT 1) ORDER BY id"
)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A receipt as the agent keeps it, in the order of `id`; it came at `mono_ms` of `boot`."""

    id: int
    jws: bytes
    boot: str
    mono_ms: int


class ReceivedReceipts:
    """Reads the agent's sync.db. Belongs to the thread that calls it; opens the file for each look."""

    def __init__(self, path: Path, verify: Verify) -> None:
        self._path = path
        self._verify = verify
        self._anchor: Anchor | None = None
        self._heard = 0  # the id of the last receipt that went into it

    def anchor(self) -> Anchor | None:
        """The province's time by the receipts of the newest boot that hold, the best of them; or None."""
        newest = self._rows("ORDER BY id DESC LIMIT 1")
        if not newest or newest[0].id < self._heard:
            self._heard, self._anchor = 0, None  # another file has taken its place
        for row in self._rows(_OF_THE_NEWEST_BOOT, self._heard):
            self._heard = row.id
            with contextlib.suppress(ContractError):
                self._anchor = better(self._anchor, Anchor(self._verify(row.jws).time, row.boot, row.mono_ms))
        return self._anchor

    def newest_before(self, time: datetime, log_id: str) -> tuple[ReceiptFacts, bytes] | None:
        """The newest proven receipt of `log_id` that the province gave before `time`, with its JWS."""
        for row in self._rows("WHERE log_id = ? ORDER BY id DESC", log_id):
            try:
                facts = self._verify(row.jws)
            except ContractError:
                continue
            if facts.time < time and facts.log_id == log_id:
                return facts, row.jws
        return None

    def has_receipted(self, before: datetime, log_id: str, through: int, head: str) -> bool:
        """Whether the province gave a proven receipt before that time for exactly this row."""
        rows = self._rows("WHERE log_id = ? AND through = ? AND head = ?", log_id, through, head)
        return any(
            facts.time < before and (facts.log_id, facts.through, facts.head) == (log_id, through, head)
            for facts in self._proven(rows)
        )

    def has_receipted_beyond(self, before: datetime, log_id: str, seq: int) -> bool:
        """Whether the province gave a proven receipt before that time for a later row than `seq`."""
        rows = self._rows("WHERE log_id = ? AND through > ? ORDER BY id", log_id, seq)
        return any(
            facts.time < before and facts.log_id == log_id and facts.through > seq
            for facts in self._proven(rows)
        )

    def newest(self, log_id: str) -> ReceiptFacts | None:
        """The newest proven word of the province about `log_id`, or None."""
        for row in self._rows("WHERE log_id = ? ORDER BY id DESC LIMIT 1", log_id):
            try:
                facts = self._verify(row.jws)
            except ContractError:
                return None
            return facts if facts.log_id == log_id else None
        return None

    def reached(self, log_id: str) -> int:
        """The last row of `log_id` that the newest receipt speaks of, 0 for none."""
        facts = self.newest(log_id)
        return 0 if facts is None else facts.through

    def _proven(self, rows: Iterable[_Kept]) -> Iterator[ReceiptFacts]:
        for row in rows:
            with contextlib.suppress(ContractError):
                yield self._verify(row.jws)

    def _rows(self, condition: str, *values: object) -> list[_Kept]:
        sql = f"SELECT id, jws, boot, mono_ms FROM receipts {condition}"
        return [_Kept(*row) for row in look_into(self._path, sql, *values, kinds=(int, bytes, str, int))]


def better(known: Anchor | None, heard: Anchor) -> Anchor:
    """Of two anchors the one to go by, of which `heard` was learnt later.

    A receipt can only be late, by the network or an agent that was busy, and then tells a time that has
    passed. So the one that puts the time furthest on is the best, as far as a crystal's drift allows to
    compare them. One that is later than any receipt can be says that the province's clock was set back.
    """
    if known is None or known.boot != heard.boot:
        return heard
    passed = timedelta(milliseconds=abs(heard.mono_ms - known.mono_ms))
    late = expected(known, heard.mono_ms) - heard.time
    return known if passed * _DRIFT < late <= _MOST_LATE else heard


def expected(anchor: Anchor, mono_ms: int) -> datetime:
    """The province's time at monotonic `mono_ms` of the anchor's boot."""
    return anchor.time + timedelta(milliseconds=mono_ms - anchor.mono_ms)


def tolerance(anchor: Anchor, mono_ms: int) -> timedelta:
    """How far a good clock may be from `expected`: more, the longer ago the province was heard."""
    return _TOLERANCE + timedelta(milliseconds=abs(mono_ms - anchor.mono_ms)) * _DRIFT
