"""The JSON API for operators' programs. Every path needs a token (web.guard)."""

from __future__ import annotations

import dataclasses
import re
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from device.errors import InvalidField
from province.office import Office
from province.role import Principal
from province.roster import RosterEntry, roster_for
from province.store import alarms, ratings, sealed
from province.store.database import Database
from province.store.ratings import Stored
from province.web.guard import PRINCIPAL

SEALED_HELD = "sealed_held"

_Limit = Annotated[int, Query(ge=1, le=1000, description="most entries in the answer")]


class RatingEntry(BaseModel):
    """A row as it was hashed, with what the province adds."""

    model_config = ConfigDict(extra="allow")
    device: str
    log_id: str
    seq: int
    received_at: str
    counted: bool
    marks: list[str] = Field(
        description="the province's own flags, never in the hashed `flags`; `sealed_held` with those:"
        " the sealed blob that the row names is here"
    )


class RatingsPage(BaseModel):
    """Rows in order of log and seq."""

    ratings: list[RatingEntry]
    next: str | None = Field(description="`after` for the next page; null at the end")


class Devices(BaseModel):
    """Every registered device, by id."""

    devices: list[RosterEntry]


class Alarms(BaseModel):
    """The newest alarms, newest first."""

    alarms: list[alarms.Alarm]


class Login(BaseModel):
    """A link that opens the operator's page once."""

    url: str


class NewDevice(BaseModel):
    """A device to register: its certificate (PEM) by this province's CA, and where it stands."""

    certificate: str = Field(max_length=8192)
    window: str = Field(min_length=1, max_length=64)
    assignment: int = Field(ge=1, le=2**53 - 1)


class Registered(BaseModel):
    """The id of a registered device."""

    device: str


class NewAdmission(BaseModel):
    """Rows of the quarantine to admit, on the word of the person named."""

    log_id: str = Field(pattern="^[0-9a-f]{32}$")
    first: int = Field(ge=1, le=2**53 - 1)
    last: int = Field(ge=1, le=2**53 - 1)
    by: str = Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]*$")


class Admitted(BaseModel):
    """How many rows were admitted."""

    rows: int


def caller(request: Request) -> Principal:
    """Whose token the request carries."""
    principal: Principal = request.scope[PRINCIPAL]
    return principal


def operator(who: Annotated[Principal, Depends(caller)]) -> Principal:
    """The same, an operator. Raises Forbidden."""
    who.need_operator()
    return who


Who = Annotated[Principal, Depends(caller)]
OnlyOperator = Depends(operator)


def api(database: Database, office: Office) -> APIRouter:
    """The paths under /api/v1. Each request reads one state of the database."""
    router = APIRouter(prefix="/api/v1")

    @router.get("/ratings", response_model=RatingsPage, dependencies=[OnlyOperator])
    def read_ratings(
        device: Annotated[str | None, Query(max_length=64, description="only this device's")] = None,
        log: Annotated[str | None, Query(max_length=32, description="only this log's")] = None,
        after: Annotated[
            str | None,
            Query(max_length=64, description="begin after this: a seq (with `log`), or the last `next`"),
        ] = None,
        limit: _Limit = 100,
    ) -> Response:
        place = None if after is None else read_place(after, log)
        with database.read() as connection:
            found = ratings.page(connection, device=device, log_id=log, after=place, limit=limit + 1)
            held = sealed.held(connection, [pair for pair in map(_named, found) if pair])
        more = len(found) > limit
        last = found[limit - 1] if more else None
        return _json(
            {
                "ratings": [_entry(stored, held) for stored in found[:limit]],
                "next": f"{last.log_id}:{last.seq}" if last else None,
            }
        )

    @router.get("/devices", response_model=Devices)
    def read_devices(who: Who) -> Response:
        with database.read() as connection:
            entries = roster_for(connection, who)
        return _json({"devices": [dataclasses.asdict(entry) for entry in entries]})

    @router.get("/alarms", response_model=Alarms, dependencies=[OnlyOperator])
    def read_alarms(limit: _Limit = 100) -> Response:
        with database.read() as connection:
            return _json({"alarms": [dataclasses.asdict(a) for a in alarms.latest(connection, limit)]})

    @router.post("/logins", response_model=Login, dependencies=[OnlyOperator])
    def make_login() -> Response:
        return _json({"url": office.login_url()})

    @router.post("/devices", response_model=Registered, dependencies=[OnlyOperator])
    def add_device(wanted: NewDevice) -> Response:
        name = office.add_device(wanted.certificate, window=wanted.window, assignment=wanted.assignment)
        return _json({"device": name})

    @router.post("/admissions", response_model=Admitted, dependencies=[OnlyOperator])
    def admit(wanted: NewAdmission) -> Response:
        rows = office.admit(wanted.log_id, first=wanted.first, last=wanted.last, by=wanted.by)
        return _json({"rows": rows})

    return router


def read_place(after: str, log_id: str | None) -> tuple[str, int]:
    """The log and seq that `after` names. Raises InvalidField."""
    seq = re.fullmatch(r"[0-9]{1,16}", after, re.ASCII)
    if seq and log_id is not None:
        return log_id, int(after)
    place = re.fullmatch(r"([0-9a-f]{32}):([0-9]{1,16})", after, re.ASCII)
    if place is None:
        raise InvalidField("after", "must be a seq together with `log`, or the `next` of the last answer")
    if log_id not in {None, place[1]}:
        raise InvalidField("after", "is of another log than `log`")
    return place[1], int(place[2])


def _named(stored: Stored) -> tuple[str, str] | None:
    """The log and the hash of the sealed blob that a row names."""
    named = sealed.named_by(stored.row)
    return None if named is None else (stored.log_id, named.sha256)


def _entry(stored: Stored, held: set[tuple[str, str]]) -> dict[str, Any]:
    marks = [*stored.marks, SEALED_HELD] if _named(stored) in held else stored.marks
    return {
        **stored.row,
        "device": stored.device,
        "log_id": stored.log_id,
        "received_at": stored.received_at,
        "counted": stored.counted,
        "marks": marks,
    }


def _json(body: object) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json")
