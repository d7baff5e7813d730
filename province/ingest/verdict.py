"""The verdict on a batch or a hello, from what is committed of its log. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from device.row import Row
from sync.contract.messages import LogState, Ratings


@dataclass(frozen=True, slots=True)
class Head:
    """The last committed row of a log and its hash; 0 and the hash before the first row at the start."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Accept:
    """Commit `new`, after which the log stands at `head`; `repeated` rows came again unchanged."""

    new: tuple[Row, ...]
    repeated: int
    head: Head


@dataclass(frozen=True, slots=True)
class Resend:
    """Rows before the batch are missing: send again from `from_seq`."""

    from_seq: int


@dataclass(frozen=True, slots=True)
class Quarantine:
    """The batch contradicts what is committed: keep it aside whole, go on from its own end, `head`."""

    head: Head


@dataclass(frozen=True, slots=True)
class Diverged:
    """The device's log is older than, or other than, what is committed of it."""


Verdict = Accept | Resend | Quarantine | Diverged


def judge(head: Head, batch: Ratings, known: Mapping[int, Collection[str]]) -> Verdict:
    """The verdict on a batch that holds together by itself (sync.contract.batch.check_batch).

    `known`: for each row of the batch up to `head`, the hashes held under its seq.
    """
    if batch.first > head.seq + 1:
        return Resend(head.seq + 1)
    repeated = [row for row in batch.rows if row["seq"] <= head.seq]
    agrees = all(row["hash"] in known.get(row["seq"], ()) for row in repeated)
    if batch.last <= head.seq:
        # Nothing new. A device restored from an older image says other things under old numbers.
        return Accept((), len(repeated), head) if agrees else Diverged()
    own_end = Head(batch.last, batch.head)
    before = repeated[-1]["hash"] if repeated else batch.prev
    if not agrees or before != head.hash:
        return Quarantine(own_end)
    return Accept(tuple(batch.rows[len(repeated) :]), len(repeated), own_end)


def has_diverged(head: Head, announced: LogState) -> bool:
    """Whether a device's log, as announced, cannot be what the committed rows came from.

    True for a device restored from an older image of its card. Rows beyond `head` are judged as they come.
    """
    if announced.head_seq == head.seq:
        return announced.head != head.hash
    return announced.head_seq < head.seq
