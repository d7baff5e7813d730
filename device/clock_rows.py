"""The rows of kind clock: anchors by which the times of earlier rows of the same boot can be found again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from device.clock import Moment
from device.ledger.writer import Appended
from device.row import ClockRow, Row

_AGREES = timedelta(seconds=5)  # as device.clock_judgement: a clock that is this near is right


class ClockLedger(Protocol):
    """Where clock rows go, and where the row before them is."""

    def newest_row(self) -> Row | None:
        """The last row, None when there is none. Raises LedgerError."""
        ...

    def append(self, row: ClockRow) -> Appended:
        """Durably, or LedgerError."""
        ...


class ClockRows:
    """Writes an anchor once the time is known, or stepped, if the newest row of this boot says otherwise.

    A row with a trusted clock is itself an anchor, so as long as time was known there is nothing to add.
    Belongs to the device loop's thread.
    """

    def __init__(self, ledger: ClockLedger) -> None:
        self._ledger = ledger
        self._judged: tuple[str, str] | None = None
        self._epoch: datetime | None = None  # the wall time at monotonic 0, as it was judged

    def note(self, now: Moment) -> None:
        """Write an anchor if one is needed at `now`. Raises LedgerError; then it is looked at again."""
        judged = (now.quality, now.source)
        epoch = now.wall - timedelta(milliseconds=now.mono_ms)
        stepped = self._epoch is None or abs(epoch - self._epoch) > _AGREES
        if judged == self._judged and not stepped:
            return
        if now.quality == "trusted" and self._contradicts(now):
            self._ledger.append(
                ClockRow(
                    at=now.wall_text,
                    boot=now.boot,
                    mono_ms=now.mono_ms,
                    clock=now.quality,
                    source=now.source,
                )
            )
        self._judged, self._epoch = judged, epoch

    def _contradicts(self, now: Moment) -> bool:
        row = self._ledger.newest_row()
        if row is None or row["boot"] != now.boot:
            return False
        if row["clock"] != "trusted":
            return True
        passed = now.wall - datetime.fromisoformat(row["at"])
        return bool(abs(passed - timedelta(milliseconds=now.mono_ms - row["mono_ms"])) > _AGREES)
