"""The JSON API of statistics."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from device.clock import CHINA, Clock
from province.scope import read_asked
from province.statistics import read_statistics
from province.store import windows
from province.store.database import Database
from province.web.api import OnlyOperator, Who

DAY = r"^\d{4}-\d{2}-\d{2}$"


class Day(BaseModel):
    """One day of the range that has anything."""

    day: str
    ratings: int
    invitations: int
    levels: dict[str, int] | None


class StatisticsAnswer(BaseModel):
    """What a scope adds up to. Rates are from 0 to 1; null where there is nothing to divide by."""

    model_config = ConfigDict(populate_by_name=True)
    scope: str
    first_day: str = Field(alias="from")
    last_day: str = Field(alias="to", description="included")
    ratings: int = Field(description="ratings with a level, counted at once")
    grouped: bool = Field(
        description="levels, praise_rate, average_score and reasons are of whole groups of ten ratings of one"
        " window and clerk, an hour old, by the day of the newest of the ten: for everybody but operators"
    )
    of_levels: int = Field(description="how many ratings `levels` are of")
    levels: dict[str, int] | None = Field(description='by level, "5" is best; null by matter, if grouped')
    praise_rate: float | None = Field(description="levels 5, 4 and 3 among `of_levels`")
    average_score: float | None = Field(description="mean of 10, 8, 6, 3, 0 for levels 5 to 1")
    reasons: dict[str, int] | None = Field(description="by indicator code, the most named first")
    outcomes: dict[str, int]
    invitations: int = Field(description="visits whose invitation was shown")
    responded: int = Field(description="those of them that gave a level")
    response_rate: float | None = Field(description="responded ÷ invitations")
    handlings: int | None = Field(description="as reported for these windows and days; null if unknown")
    coverage: float | None = Field(description="invitations ÷ handlings")
    marks: dict[str, int] | None = Field(
        description="the province's flags, of rows that count or do not; for operators"
    )
    channels: dict[str, int] = Field(description="ratings by channel code")
    by_hour: dict[str, int] = Field(description="ratings by hour of the day in China, 00 to 23")
    by_day: list[Day]


class Handlings(BaseModel):
    """How many handlings a window had on a day."""

    day: str = Field(pattern=DAY)
    window: str = Field(min_length=1, max_length=64)
    number: int = Field(ge=0, le=10**6)


def figures(database: Database, *, clock: Clock) -> APIRouter:
    """The paths of figures under /api/v1."""
    router = APIRouter(prefix="/api/v1")

    @router.get("/statistics", response_model=StatisticsAnswer)
    def read(
        who: Who,
        scope: Annotated[
            str | None,
            Query(
                max_length=200,
                description="province, hall:CODE (or name), window:CODE, matter:CODE, clerk:ID or device:ID;"
                " all that the token may see by default",
            ),
        ] = None,
        first_day: Annotated[
            str | None, Query(alias="from", max_length=10, description="YYYY-MM-DD; today by default")
        ] = None,
        last_day: Annotated[
            str | None, Query(alias="to", max_length=10, description="included; today by default")
        ] = None,
    ) -> Response:
        who.need_figures()
        today = clock.now().wall.astimezone(CHINA).date()
        asked = read_asked(scope, first_day, last_day, today=today, who=who)
        with database.read() as connection:
            found = dataclasses.asdict(read_statistics(connection, asked, who))
        body = {"scope": found.pop("scope"), "from": found.pop("first_day"), "to": found.pop("last_day")}
        return Response(msgspec.json.encode(body | found), media_type="application/json")

    @router.put("/handlings", status_code=204, dependencies=[OnlyOperator])
    def report(told: Handlings) -> None:
        """Say how many handlings a window had; the last word for a day holds."""
        with database.write() as connection:
            windows.report_handlings(connection, day=told.day, window=told.window, number=told.number)

    return router
