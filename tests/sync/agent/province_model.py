"""A province of a few lines: what a session may rely on, and no more."""

from __future__ import annotations

from dataclasses import dataclass, field

from sync.contract.messages import Receipt

LOG_ID = "00112233445566778899aabbccddeeff"
TIME = "2026-11-22T10:15:02.113+08:00"


def hash_of(seq: int) -> str:
    """The hash of the row `seq` of the one log there is."""
    return f"{seq:064x}"


@dataclass(frozen=True, slots=True)
class Hello:
    """A hello as far as a session is concerned."""

    id: str
    session: str


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as far as a session is concerned."""

    id: str
    first: int
    last: int


@dataclass(slots=True)
class ProvinceModel:
    """Commits rows in order, each once, and answers every message. `committed`: how many rows it holds.

    `outdated`: sessions that were told of rows which a restored backup does not have.
    """

    committed: int = 0
    session: str = ""
    duplicates: int = 0
    most_ever: int = 0
    greeted: set[str] = field(default_factory=set)
    outdated: set[str] = field(default_factory=set)
    times_committed: dict[int, int] = field(default_factory=dict)

    def take(self, message: Hello | Batch) -> Receipt:
        """Commit what can be committed, and the receipt for it."""
        status, from_seq = "ok", None
        if isinstance(message, Hello):
            self.session = message.session
            self.greeted.add(message.session)
        elif message.first > self.committed + 1:
            status, from_seq = "resend", self.committed + 1
        else:
            for seq in range(message.first, message.last + 1):
                self._commit(seq)
        return Receipt(
            re=message.id,
            session=self.session,
            log_id=LOG_ID,
            through=self.committed,
            head=hash_of(self.committed),
            status=status,
            time=TIME,
            from_seq=from_seq,
        )

    def restore_backup(self, committed: int) -> None:
        """Rows after `committed` are gone, as if never committed."""
        for seq in range(committed + 1, self.committed + 1):
            self.times_committed[seq] -= 1
        self.committed = committed
        self.outdated |= self.greeted

    def _commit(self, seq: int) -> None:
        if seq <= self.committed:
            self.duplicates += 1
            return
        assert seq == self.committed + 1
        self.committed = seq
        self.most_ever = max(self.most_ever, seq)
        self.times_committed[seq] = self.times_committed.get(seq, 0) + 1
