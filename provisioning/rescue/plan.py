"""The plan of a rescue: what of a log the province has not, before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass

from provisioning.rescue.card_logs import CardLog

_DAY = 10  # characters of an RFC 3339 time


@dataclass(frozen=True, slots=True)
class Held:
    """Where a log stands at the province: the last row held and its hash; `device`: whose log it is there."""

    device: str | None = None
    through: int = 0
    head: str | None = None


@dataclass(frozen=True, slots=True)
class LogPlan:
    """What is to be brought of one log: its rows after `after`, `ratings` of them, and its blobs.

    `first_day`, `last_day`: of these rows by the device's clock, None without any. `contradicts`: the card
    and the province do not have the same rows; then all of them are brought, for the province to judge.
    """

    log: CardLog
    after: int
    rows: int
    ratings: int
    first_day: str | None
    last_day: str | None
    blobs: int
    contradicts: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to bring."""
        return self.rows == 0 and self.blobs == 0


def plan_log(log: CardLog, held: Held) -> LogPlan:
    """The plan for `log`, of which the province says `held`."""
    after, contradicts = _after(log, held)
    rows = ratings = 0
    days: list[str] = []
    for row in log.rows_after(after):
        rows += 1
        fields = row.row()  # proven before: it is JSON
        ratings += fields.get("kind") == "rating"
        at = fields.get("at")
        if isinstance(at, str):
            days = [*days[:1], at[:_DAY]]
    return LogPlan(
        log=log,
        after=after,
        rows=rows,
        ratings=ratings,
        first_day=days[0] if days else None,
        last_day=days[-1] if days else None,
        blobs=sum(1 for _ in log.blobs()),
        contradicts=contradicts,
    )


def _after(log: CardLog, held: Held) -> tuple[int, bool]:
    """The row after which the card has something to bring, and whether it has other rows than are held."""
    if held.through == 0:
        return 0, False
    own = log.hash_of(held.through)
    if own is not None:
        return (held.through, False) if own == held.head else (0, True)
    # The row is lost on the card, or never was there: of a card that is behind each row is held against
    # what the province has.
    return (held.through if held.through < log.head.seq else 0), False
