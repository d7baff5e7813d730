"""What is lost of a log, as its device has declared: ranges of seq that will never come. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sync.contract.messages import LogState

RETENTION = "let go by the device's retention"
MOST_RANGES = 1_024
"""Of one log: each costs the card a page at least."""

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Loss:
    """Rows `first` to `last` of a log. `held`: the province has them all the same."""

    first: int
    last: int
    held: bool
    why: str


@dataclass(frozen=True, slots=True)
class Losses:
    """Everything a device has declared lost of one log."""

    ranges: tuple[Loss, ...] = ()

    def undeclared(self, first: int, last: int) -> list[tuple[int, int]]:
        """The parts of `first` to `last` that nobody has declared lost, in order."""
        open_parts: list[tuple[int, int]] = []
        for loss in sorted(self.ranges, key=lambda loss: loss.first):
            if loss.last < first or first > last:
                continue
            if loss.first > last:
                break
            if loss.first > first:
                open_parts.append((first, loss.first - 1))
            first = max(first, loss.last + 1)
        return [*open_parts, (first, last)] if first <= last else open_parts

    def declared(self, seq: int) -> bool:
        """Whether the row `seq` was declared lost."""
        return not self.undeclared(seq, seq)

    def lost(self, seq: int) -> bool:
        """Whether the row `seq` was declared lost and is not held here either."""
        return any(not loss.held and loss.first <= seq <= loss.last for loss in self.ranges)

    def before(self, seq: int) -> bool:
        """Whether a row before `seq` is missing here for ever."""
        return any(not loss.held and loss.first < seq for loss in self.ranges)


NOTHING_LOST = Losses()


def newly_declared(announced: LogState, known: Losses, head_seq: int) -> list[Loss]:
    """What `announced` declares lost that is not `known`, in order, parted at the last row held, `head_seq`.

    A device that begins later than what is held has let rows go that this province, restored from a backup,
    no longer has: they are lost too. Of more ranges than a log may have the first are taken: rows after
    another gap are refused until somebody has looked at that device.
    """
    why = (announced.why or announced.state).replace("\0", "")  # no text for PostgreSQL
    let_go = (head_seq + 1, announced.first_seq - 1)
    covered = _united((loss.first, loss.last) for loss in known.ranges)
    found: list[Loss] = []
    for ranges, reason in ((_united(announced.lost), why), (_united([let_go]), RETENTION)):
        for first, last in _without(ranges, covered):
            found += _parted(first, last, reason, head_seq)
        covered = _united([*covered, *ranges])
    found.sort(key=lambda loss: loss.first)
    return found[: max(MOST_RANGES - len(known.ranges), 0)]


def _united(ranges: Iterable[Range]) -> list[Range]:
    """The same rows in as few ranges as can be, in order; those of no row are left out."""
    united: list[Range] = []
    for first, last in sorted((max(first, 1), last) for first, last in ranges):
        if last < first:
            continue
        if united and first <= united[-1][1] + 1:
            united[-1] = (united[-1][0], max(united[-1][1], last))
        else:
            united.append((first, last))
    return united


def _without(ranges: Iterable[Range], covered: Sequence[Range]) -> Iterator[Range]:
    """The parts of `ranges` that are not `covered`. Both are united; one pass over each."""
    place = 0
    for first, last in ranges:
        while place < len(covered) and covered[place][1] < first:
            place += 1
        start, at = first, place
        while at < len(covered) and covered[at][0] <= last:
            if covered[at][0] > start:
                yield start, covered[at][0] - 1
            start = covered[at][1] + 1
            at += 1
        if start <= last:
            yield start, last


def _parted(first: int, last: int, why: str, head_seq: int) -> Iterable[Loss]:
    if first <= head_seq:
        yield Loss(first, min(last, head_seq), True, why)
    if last > head_seq:
        yield Loss(max(first, head_seq + 1), last, False, why)
