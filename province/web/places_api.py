"""The JSON API of places: the table as it is imported, which windows a device had."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from province.office import Office
from province.places.row import MOST_ROWS, PlaceRow
from province.steering import known
from province.store import places, registry
from province.store.database import Database
from province.web.api import OnlyOperator

_Cell = Annotated[str, Field(max_length=200)]


class Row(BaseModel):
    """One window with its hall and organisation; `line`: for what is said of it."""

    model_config = ConfigDict(extra="forbid")
    line: int = Field(ge=1)
    organisation_code: _Cell
    organisation: _Cell
    hall_code: _Cell
    hall: _Cell
    area_code: _Cell = ""
    window_code: _Cell
    window_number: _Cell = ""
    window_name: _Cell = ""


class Table(BaseModel):
    """Places to take over, all or nothing; what is left out stays. `dry_run`: only say what would change."""

    dry_run: bool = False
    rows: list[Row] = Field(min_length=1, max_length=MOST_ROWS)


class Served(BaseModel):
    """That a device served a window from `since_at` until `until_at` (null: it still does)."""

    device: str
    number: int
    window: str
    since_at: str
    until_at: str | None


class Assignments(BaseModel):
    """Every assignment that a device ever had, the first first."""

    assignments: list[Served]


def places_api(database: Database, office: Office) -> APIRouter:
    """The paths of places under /api/v1, all for operators."""
    router = APIRouter(prefix="/api/v1", dependencies=[OnlyOperator])

    @router.post("/places")
    def take_over(table: Table) -> Response:
        """Take over a table of places; what was, or would be, added and changed."""
        rows = [PlaceRow(**row.model_dump()) for row in table.rows]
        return _json(office.import_places(rows, dry_run=table.dry_run).to_json())

    @router.get("/places")
    def read_places() -> Response:
        """Every organisation, hall and window."""
        with database.read() as connection:
            found = places.all_places(connection)
        return _json(
            {
                kind: [dataclasses.asdict(one) for one in by_code.values()]
                for kind, by_code in found._asdict().items()
            }
        )

    @router.get("/devices/{device}/assignments", response_model=Assignments)
    def read_assignments(device: Annotated[str, Path(max_length=64)]) -> Response:
        """The windows that a device served, with from when until when."""
        with database.read() as connection:
            known(connection, device)
            found = registry.assignments_of(connection, device)
        return _json({"assignments": [dataclasses.asdict(one) for one in found]})

    return router


def _json(body: Any) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json")
