"""A row as the province reads it: what counting and statistics need, beside the row as it came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from device.clock import CHINA
from device.handling import MAX_INTEGER
from device.row import Flag, Outcome, Row
from province.ingest.mark import Mark

RATING = "rating"

_Seq = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
_Level = Annotated[int, msgspec.Meta(ge=1, le=5)]
# A null character is no text for PostgreSQL; what is too long for its field is no value of it.
_Code = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"\A[^\0]*\Z")]


class _Handling(msgspec.Struct):
    project_no: _Code
    service_no: _Seq
    assessment: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1


class _Rating(msgspec.Struct):
    visit: _Code
    boot: _Code
    outcome: _Code
    level: _Level | None
    replaces: _Seq | None = None
    handling: _Handling | None = None
    invite: dict[str, object] | None = None
    window: _Code | None = None
    assignment: _Seq | None = None
    clerk: _Code | None = None
    channel: Annotated[int, msgspec.Meta(ge=0, le=999)] | None = None
    at: _Code | None = None
    clock: _Code | None = None
    flags: list[str] = []
    indicators: object = None
    sealed: object = None
    invited_at: object = None
    mono_ms: object = None


@dataclass(frozen=True, slots=True)
class Service:
    """What is rated once: one service of one handling, in one assessment."""

    project_no: str
    service_no: int
    assessment: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One row, read. All from `visit` on is empty when the row is no rating or cannot be `readable`.

    `day`: the day in China it counts for. `invited`: an invitation was shown. `reasoned`: it gives an
    indicator or words. `at_corrected`: the time of `at` by the province's reckoning, where the device's clock
    was not trusted. `window`: where it lands; `landing`: marks of that (province.ingest.landing).
    """

    seq: int
    hash: str
    row: Row
    kind: str
    readable: bool
    day: str
    visit: str | None = None
    boot: str | None = None
    outcome: str | None = None
    level: int | None = None
    replaces: int | None = None
    service: Service | None = None
    window: str | None = None
    assignment: int | None = None
    clerk: str | None = None
    channel: int | None = None
    at: str | None = None
    invited: bool = False
    clock: str | None = None
    mono_ms: int | None = None
    invited_at: str | None = None
    flags: tuple[str, ...] = ()
    reasoned: bool | None = None
    at_corrected: str | None = None
    landing: tuple[Mark, ...] = ()

    @property
    def is_rating(self) -> bool:
        """Whether it can count at all."""
        return self.kind == RATING and self.readable


def read_row(row: Row, received: datetime) -> Reading:
    """`row` read. One that cannot be is kept all the same: no level is ever guessed."""
    kind = row.get("kind")
    today = received.astimezone(CHINA).date().isoformat()
    try:
        known_kind = msgspec.convert(kind, _Code)
        if known_kind != RATING:
            return Reading(row["seq"], row["hash"], row, known_kind, readable=True, day=today)
        rating = msgspec.convert(row, _Rating)
    except msgspec.ValidationError:
        return _unreadable(row, today)
    if (rating.level is not None) != (rating.outcome == Outcome.RATED):
        return _unreadable(row, today)
    return Reading(
        seq=row["seq"],
        hash=row["hash"],
        row=row,
        kind=RATING,
        readable=True,
        day=_day(rating, today),
        visit=rating.visit,
        boot=rating.boot,
        outcome=rating.outcome,
        level=rating.level,
        replaces=rating.replaces,
        service=_service(rating.handling),
        window=rating.window,
        assignment=rating.assignment,
        clerk=rating.clerk,
        channel=rating.channel,
        at=rating.at,
        invited=rating.invite is not None and Flag.NOT_SHOWN not in rating.flags,
        clock=rating.clock,
        mono_ms=whole(rating.mono_ms),
        invited_at=rating.invited_at if isinstance(rating.invited_at, str) else None,
        flags=tuple(rating.flags),
        reasoned=bool(rating.indicators) or rating.sealed is not None,
    )


def whole(value: object) -> int | None:
    """`value` if it can be a number of milliseconds."""
    return value if type(value) is int and 0 <= value <= MAX_INTEGER else None


def _service(handling: _Handling | None) -> Service | None:
    if handling is None:
        return None
    return Service(handling.project_no, handling.service_no, handling.assessment)


def _unreadable(row: Row, today: str) -> Reading:
    kind = RATING if row.get("kind") == RATING else "unreadable"
    return Reading(row["seq"], row["hash"], row, kind, readable=False, day=today)


def _day(rating: _Rating, today: str) -> str:
    """The day of `at`, where the device's clock was to be believed; else the day of its arrival."""
    if rating.clock != "trusted" or rating.at is None:
        return today
    try:
        at = datetime.fromisoformat(rating.at)
        return at.astimezone(CHINA).date().isoformat() if at.tzinfo else today
    except (ValueError, OverflowError):
        return today
