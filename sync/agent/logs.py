"""All logs of the device, the one being written and those that ended, each by its log_id."""

from __future__ import annotations

from device.ledger.reader import StoredBlob, StoredRow
from sync.agent.closed_logs import ClosedLog, ClosedLogs
from sync.agent.ledger_source import LedgerSource


class Logs:
    """Where the rows of a log are to be had. Never raises. Belongs to the agent's thread.

    A log that is not among the closed ones, as of the last look, is the active one. So is the one whose old
    file somebody put back, for the moment until its device ends it again.
    """

    def __init__(self, active: LedgerSource, closed: ClosedLogs) -> None:
        self.active = active
        self._closed = closed

    def closed(self) -> list[ClosedLog]:
        """Every closed log there is now, the one that was closed first first."""
        return self._not_active(self._closed.look())

    @property
    def left_out(self) -> bool:
        """Whether a closed log could not be read at the last look."""
        return self._closed.left_out

    def closed_before(self) -> list[ClosedLog]:
        """The closed logs as they were at the last look."""
        return self._not_active(self._closed.known())

    def rows_after(self, log_id: str, seq: int, limit: int) -> list[StoredRow]:
        """At most `limit` rows after `seq`; none while they cannot be read."""
        if self._find(log_id) is None:
            return self.active.rows_after(seq, limit)
        return self._closed.rows_after(log_id, seq, limit)

    def sealed_after(self, log_id: str, seq: int, limit: int) -> list[StoredBlob] | None:
        """At most `limit` sealed blobs of rows after `seq`; None while they cannot be read."""
        if self._find(log_id) is None:
            return self.active.sealed_after(seq, limit)
        return self._closed.sealed_after(log_id, seq, limit)

    def hash_of(self, log_id: str, seq: int) -> str | None:
        """The hash of row `seq`, of the floor, or of the beginning; None when it is not held."""
        if self._find(log_id) is None:
            return self.active.hash_of(seq)
        return self._closed.hash_of(log_id, seq)

    def is_gone(self, log_id: str, seq: int) -> bool:
        """Whether this device can never send the row `seq` again: let go, or declared lost."""
        closed = self._find(log_id)
        if closed is not None:
            return seq <= closed.floor.seq or closed.has_lost(seq)
        floor = self.active.floor()
        return floor is not None and seq <= floor.seq

    def _find(self, log_id: str) -> ClosedLog | None:
        return None if log_id == self.active.log_id() else self._closed.find(log_id)

    def _not_active(self, closed: list[ClosedLog]) -> list[ClosedLog]:
        active = self.active.log_id()
        return [log for log in closed if log.log_id != active]
