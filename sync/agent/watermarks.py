"""How far each log is receipted, by the session that is on or by what was kept of earlier ones."""

from __future__ import annotations

from device.errors import SyncError
from device.ledger.reader import Head
from sync.agent import protocol
from sync.agent.logs import Logs
from sync.agent.session import Session
from sync.agent.store import SyncStore


class Watermarks:
    """Belongs to the agent's thread. What cannot be read counts as nothing: the answer to hello will tell."""

    def __init__(self, *, logs: Logs, store: SyncStore) -> None:
        self._logs = logs
        self._store = store

    def of(self, session: Session, log_id: str) -> int:
        """The last row of a log that the province holds."""
        if session.log_id == log_id:
            return session.watermark
        for other in (*session.others, *session.returning):
            if other.log_id == log_id:
                return other.watermark
        try:
            return self._store.watermark(log_id)
        except SyncError:
            return 0

    def queue(self, session: Session, head: Head) -> int:
        """Rows without a receipt; `head`: of the active log."""
        waiting = [
            (head.log_id, head.seq),
            *((log.log_id, log.head.seq) for log in self._logs.closed_before()),
        ]
        return sum(max(seq - self.of(session, log_id), 0) for log_id, seq in waiting)

    def closed_stands(self) -> tuple[protocol.Stand, ...]:
        """The logs that have ended, each with what is proven of it."""
        return tuple(
            protocol.Stand(log.log_id, self._proven(log.log_id), log.head.seq) for log in self._logs.closed()
        )

    def _proven(self, log_id: str) -> int:
        """What is known to be receipted of a closed log, if our row there is still the one receipted.

        A card restored from an older image may have written other rows under the numbers of those receipted.
        """
        try:
            receipted = self._store.receipted_row(log_id)
        except SyncError:
            return 0
        if receipted is None:
            return 0
        seq, hash = receipted
        return seq if self._logs.hash_of(log_id, seq) == hash or self._logs.is_gone(log_id, seq) else 0
