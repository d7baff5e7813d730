"""Batches that came ahead of the head of their log, kept until what lies between has come. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sync.contract.envelope import Wrapped
from sync.contract.messages import Ratings

# After this a gap is no matter of two workers side by side: something was lost.
GAP_MS = 5_000
# A device has a few batches in flight; more than this is no order of ours.
MOST_OF_DEVICE = 8
# At 256 KiB each, 16 MiB. What finds no room is sent again by its device.
MOST = 64


@dataclass(frozen=True, slots=True)
class Ahead:
    """A verified batch of `device` that waits; `payload`: the message as it came, `since_ms`: monotonic."""

    device: str
    wrapped: Wrapped
    batch: Ratings
    payload: bytes
    since_ms: int

    @property
    def _key(self) -> tuple[str, int, int]:
        return self.batch.log_id, self.batch.first, self.batch.last


class Pending:
    """The batches that wait in one worker. In memory: without a receipt nothing was promised."""

    def __init__(self) -> None:
        self._waiting: list[Ahead] = []

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def keep(self, ahead: Ahead) -> None:
        """Keep a batch, if there is room. The same again takes its place: the newer message is answered."""
        for place, other in enumerate(self._waiting):
            if other._key == ahead._key:
                self._waiting[place] = replace(ahead, since_ms=other.since_ms)
                return
        of_device = sum(other.device == ahead.device for other in self._waiting)
        if of_device < MOST_OF_DEVICE and len(self._waiting) < MOST:
            self._waiting.append(ahead)

    @property
    def logs(self) -> set[str]:
        """The logs that batches wait for."""
        return {ahead.batch.log_id for ahead in self._waiting}

    def take_next(self, ends: Mapping[str, int], now_ms: int) -> Ahead | None:
        """The first batch that joins its log, ending as in `ends`, or has waited too long; it is let go."""
        due = [
            ahead
            for ahead in self._waiting
            if ahead.batch.first <= ends.get(ahead.batch.log_id, 0) + 1 or now_ms - ahead.since_ms >= GAP_MS
        ]
        if not due:
            return None
        first = min(due, key=lambda ahead: ahead._key)
        self._waiting.remove(first)
        return first
