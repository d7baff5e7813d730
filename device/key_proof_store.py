"""The proofs of the keys in device.db: by the key, the day only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from device.invitation_store import InvitationStore
from device.key_proof import PanelProofs, Proof


@dataclass(frozen=True, slots=True)
class RoundMark:
    """Up to which row of which log citizens' presses were taken in; None of a log that is not known."""

    log_id: str | None
    through: int


class KeyProofStore:
    """Writes beside the invitations, through the one connection to device.db. The device loop's thread.

    Every method raises LedgerError when the file cannot be read or written.
    """

    def __init__(self, file: InvitationStore) -> None:
        self._file = file

    @property
    def is_open(self) -> bool:
        return self._file.is_open

    def read(self) -> tuple[PanelProofs, RoundMark] | None:
        """What is kept, None before the first panel."""
        rows = self._file.run("SELECT panel, since, log_id, through FROM key_panel")
        if not rows:
            return None
        panel, since, log_id, through = rows[0]
        proofs = {
            key: Proof(_day(day), boot, mono_ms)
            for key, day, boot, mono_ms in self._file.run("SELECT key, day, boot, mono_ms FROM key_proof")
        }
        return PanelProofs(panel, _day(since), proofs), RoundMark(log_id, through)

    def begin(self, panel: str) -> None:
        """Another panel is there: nothing is proven of it."""
        self._file.run("DELETE FROM key_proof")
        self._file.run(
            "INSERT OR REPLACE INTO key_panel (one, panel, since, log_id, through)"
            " VALUES (1, ?, NULL, NULL, 0)",
            panel,
        )

    def keep(self, proofs: PanelProofs, keys: Iterable[int]) -> None:
        """Keep since when the panel is there, and the proofs of `keys`."""
        since = proofs.since
        self._file.run("UPDATE key_panel SET since = ?", since.isoformat() if since else None)
        for key in keys:
            proof = proofs.proofs[key]
            self._file.run(
                "INSERT OR REPLACE INTO key_proof (key, day, boot, mono_ms) VALUES (?, ?, ?, ?)",
                key,
                proof.day.isoformat() if proof.day else None,
                proof.boot,
                proof.mono_ms,
            )

    def mark(self, mark: RoundMark) -> None:
        """The presses up to there are taken in."""
        self._file.run("UPDATE key_panel SET log_id = ?, through = ?", mark.log_id, mark.through)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
