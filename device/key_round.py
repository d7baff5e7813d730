"""A round of citizens' presses: proves keys without telling anybody's press (decision 0033). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from device.clock import CHINA
from device.row import Outcome, Row

LEAST_VISITS = 10
"""As many as the province's smallest group: what a round tells is told of all of them together."""


@dataclass(frozen=True, slots=True)
class KeyRound:
    """The presses of the days that are over, after row `after` of log `log_id`.

    `seen`: the last row that was looked at. `visits`: those rated by a key, from the day `begun` on, until
    they are enough: a busy day has thousands.
    """

    log_id: str
    after: int
    seen: int
    begun: date | None = None
    visits: frozenset[str] = frozenset()
    keys: frozenset[int] = frozenset()

    @property
    def is_full(self) -> bool:
        """Whether it may tell which keys were pressed in it."""
        return len(self.visits) >= LEAST_VISITS

    def with_row(self, row: Row, levels: Sequence[int]) -> KeyRound:
        """As it is with the next row of the log. `levels`: of the keys printed 1, 2, …"""
        seq = row["seq"]
        pressed = row.get("input") == "key" and row.get("outcome") == Outcome.RATED
        day = day_of_row(row) if pressed and row["kind"] == "rating" else None
        if day is None:
            return replace(self, seen=seq) if self.visits else replace(self, seen=seq, after=seq)
        return replace(
            self,
            seen=seq,
            begun=day if self.begun is None else min(self.begun, day),
            visits=self.visits if self.is_full else self.visits | {row["visit"]},
            keys=self.keys | {levels.index(row["level"]) + 1},
        )

    def next(self) -> KeyRound:
        """The round after this one."""
        return KeyRound(self.log_id, self.seen, self.seen)


def begin_round(log_id: str, after: int) -> KeyRound:
    """An empty round after row `after`."""
    return KeyRound(log_id, after, after)


def day_of_row(row: Row) -> date | None:
    """The day in China that the row is of, None where the device did not know it."""
    if row.get("clock") != "trusted":
        return None
    return datetime.fromisoformat(row["at"]).astimezone(CHINA).date()
