"""Signs the head of a log that nobody has receipted yet, connected or not."""

from __future__ import annotations

from device.clock import Clock
from device.errors import SyncError
from device.ledger.reader import Head
from sync.agent.store import SyncStore
from sync.contract.heads import sign_head
from sync.contract.keys import SigningKey
from sync.contract.messages import SignedHead

_WAIT_MS = 2_000  # a row that is receipted sooner needs no head: the card is spared the write
_MOST_ANNOUNCED = 32


class HeadSigner:
    """Belongs to the agent's thread. Without its file nothing is signed: the rows themselves are safe."""

    def __init__(self, *, store: SyncStore, key: SigningKey, clock: Clock) -> None:
        self._store = store
        self._key = key
        self._clock = clock
        self._signed: tuple[str, int] | None = None
        self._due_ms: int | None = None

    def look(self, head: Head, watermark: int, now_ms: int) -> None:
        """The log stands at `head`, receipted up to `watermark`: sign it if that has been so for 2 s.

        Raises SyncError when it cannot be kept.
        """
        if head.seq <= watermark or self._signed == (head.log_id, head.seq):
            self._due_ms = None
        elif self._due_ms is None:
            self._due_ms = now_ms + _WAIT_MS
        elif now_ms >= self._due_ms:
            self._due_ms = now_ms + _WAIT_MS  # also after a failure: not at each turn
            said = SignedHead(log_id=head.log_id, seq=head.seq, hash=head.hash)
            self._store.keep_head(said, sign_head(said, self._clock.now(), self._key))
            self._signed, self._due_ms = (head.log_id, head.seq), None

    def announced(self) -> list[str]:
        """The signed heads that no receipt covers, oldest first; none while the file cannot be read."""
        try:
            return self._store.heads()[-_MOST_ANNOUNCED:]
        except SyncError:
            return []
