"""The overview: today's figures, the last day and month, what arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from device.clock import CHINA
from province.role import Principal
from province.roster import RosterEntry, roster_for
from province.scope import read_asked
from province.statistics import DayFigures, Statistics, praised, read_statistics
from province.store import alarms, ratings
from province.web.arrivals import Arrival, arrival_of
from province.web.charts import Chart, Column, both_widths
from province.web.figures_shown import Share, percent, shares
from province.web.words import Words

ARRIVALS = 15
REPLACED = "replaced"
DAYS = 30
REASONS = 8
HOURS = 24


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart in its two widths, and the same in figures."""

    charts: list[Chart]
    rows: list[tuple[str, int]]
    total: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page shows. `arrivals`: None for viewers, who see no single rating."""

    today: Statistics
    month: Statistics
    levels: list[Share]
    outcomes: list[Share]
    reasons: list[Share]
    hours: Drawn
    days: Drawn
    arrivals: list[Arrival] | None
    devices: list[RosterEntry]
    open_alarms: int

    @property
    def praise(self) -> str:
        """Praise rate in percent; a dash when nobody's level is seen."""
        return percent(praised(self.today.levels or _none()), self.today.of_levels)

    @property
    def score(self) -> str:
        """Average score with two decimals."""
        score = self.today.average_score
        return "—" if score is None else f"{score:.2f}"

    @property
    def response(self) -> str:
        """Response rate in percent."""
        return percent(self.today.responded, self.today.invitations)

    @property
    def online(self) -> int:
        """How many devices are online."""
        return sum(device.online for device in self.devices)

    @property
    def coverage(self) -> str:
        """Invitations among handlings in percent; a dash when these are not known."""
        return percent(self.today.invitations, self.today.handlings or 0)


def read_overview(connection: sa.Connection, now: datetime, who: Principal, words: Words) -> Overview:
    """The overview at `now`; days are those in China."""
    here = now.astimezone(CHINA)
    today = here.date()
    first = today - timedelta(days=DAYS - 1)
    day, before, month = (
        _statistics(connection, who, *days)
        for days in ((today, today), (today - timedelta(days=1),) * 2, (first, today))
    )
    arrivals = None
    if who.is_operator:
        # A level followed by its reasons is two rows: the first is not news any more.
        newest = [s for s in ratings.newest(connection, 3 * ARRIVALS) if REPLACED not in s.marks]
        arrivals = [arrival_of(stored) for stored in newest[:ARRIVALS]]
    return Overview(
        today=day,
        month=month,
        levels=shares(day.levels or _none()),
        outcomes=shares(day.outcomes),
        reasons=shares(dict(list((month.reasons or {}).items())[:REASONS])),
        hours=_hours(before, day, here, words),
        days=_days(month, first, words),
        arrivals=arrivals,
        devices=roster_for(connection, who, orders_too=False),
        open_alarms=alarms.count_open(connection) if who.is_operator else 0,
    )


def _statistics(connection: sa.Connection, who: Principal, first: date, last: date) -> Statistics:
    asked = read_asked(None, first.isoformat(), last.isoformat(), today=last, who=who)
    return read_statistics(connection, asked, who)


def _hours(before: Statistics, day: Statistics, here: datetime, words: Words) -> Drawn:
    """The last 24 hours, the present one last."""
    shown = []
    for back in range(HOURS - 1, -1, -1):
        at = here - timedelta(hours=back)
        hour = f"{at:%H}"
        of_day = day if at.date() == here.date() else before
        shown.append((f"{hour}:00", of_day.by_hour[hour]))
    data = [
        Column(label, words["number_title"].format(label=label, number=n), (("rated", n),))
        for label, n in shown
    ]
    return Drawn(both_widths(data, every=3), shown, sum(n for _, n in shown))


def _days(month: Statistics, first: date, words: Words) -> Drawn:
    by_day = {found.day: found for found in month.by_day}
    data, rows = [], []
    for number in range(DAYS):
        day = first + timedelta(days=number)
        found = by_day.get(day.isoformat(), DayFigures(day.isoformat(), 0, 0, None))
        label = f"{day.month}-{day.day}"
        title = words["number_title"].format(label=day.isoformat(), number=found.ratings)
        bad = 0
        if not month.grouped and found.levels:
            bad = found.levels["2"] + found.levels["1"]
            title += words["bad_title"].format(number=bad)
        data.append(Column(label, title, (("rated", found.ratings - bad), ("bad", bad))))
        rows.append((day.isoformat(), found.ratings))
    return Drawn(both_widths(data, every=5), rows, sum(n for _, n in rows))


def _none() -> dict[str, int]:
    return dict.fromkeys("54321", 0)
