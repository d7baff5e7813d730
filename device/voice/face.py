"""What of the voice is seen: whether 朗读 is offered, and the columns that speak under a finger."""

from __future__ import annotations

from dataclasses import dataclass, replace

from device.events import Button, ButtonTile, LevelTile, ReasonTile, Target
from device.snapshot import Screen, Snapshot

MORE_KEY, FINISH_KEY = 4, 5
"""On the reasons screen (device.visit.choosing)."""

_READ = frozenset(
    (Screen.IDLE, Screen.LEVEL, Screen.REASONS, Screen.WORDS, Screen.PAUSED, Screen.CANNOT_RECORD)
)


@dataclass(frozen=True, slots=True)
class VoiceFace:
    """`languages`: those that can be spoken now. `columns`: wanted in this visit; `private`: by headphones.

    `explored`: the column touched last.
    """

    languages: frozenset[str] = frozenset()
    columns: bool = False
    private: bool = False
    explored: Target | None = None

    def on(self, snapshot: Snapshot) -> Snapshot:
        """`snapshot` with the voice's part of it."""
        if snapshot.language not in self.languages:
            return snapshot
        # Reasons have columns for headphones alone: aloud they would tell the level.
        columns = self.columns and (
            snapshot.screen is Screen.LEVEL or (snapshot.screen is Screen.REASONS and self.private)
        )
        return replace(
            snapshot,
            read_aloud=snapshot.screen in _READ,
            columns=columns,
            explored=_key_of(self.explored, snapshot) if columns else None,
        )


def _key_of(target: Target | None, snapshot: Snapshot) -> int | None:
    """The key that does the same as the column of `target`."""
    match target:
        case LevelTile(level):
            return snapshot.key_levels.index(level) + 1
        case ReasonTile(code):
            return next((reason.key for reason in snapshot.reasons if reason.code == code), None)
        case ButtonTile(Button.MORE):
            return MORE_KEY
        case ButtonTile(Button.FINISH):
            return FINISH_KEY
        case _:
            return None
