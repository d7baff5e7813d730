"""The JSON API of technicians: who may act, what they rescued, rescues that came to the office as files."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from province.store import rescues, technicians
from province.store.database import Database
from province.technicians import TechnicianOffice
from province.web.api import OnlyOperator
from sync.contract.jws import MAX_BYTES


class NewTechnician(BaseModel):
    """Whom the CA has certified as a technician, PEM."""

    model_config = ConfigDict(extra="forbid")
    certificate: str = Field(max_length=20_000)


class Named(BaseModel):
    """A technician by name."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=64)


class Brought(BaseModel):
    """A rescue as a technician has signed it."""

    model_config = ConfigDict(extra="forbid")
    statement: str = Field(max_length=MAX_BYTES)


def technicians_api(database: Database, office: TechnicianOffice) -> APIRouter:
    """The paths of technicians under /api/v1, all for operators."""
    router = APIRouter(prefix="/api/v1", dependencies=[OnlyOperator])

    @router.post("/technicians")
    def add(wanted: NewTechnician) -> Response:
        """Make a technician."""
        return _json({"technician": office.add(wanted.certificate)})

    @router.get("/technicians")
    def read_technicians() -> Response:
        """Everybody, by name; a certificate is nothing to show."""
        with database.read() as connection:
            found = technicians.all_technicians(connection)
        return _json(
            {
                "technicians": [
                    {"name": t.name, "kid": t.kid, "made_at": t.made_at, "disabled_at": t.disabled_at}
                    for t in found
                ]
            }
        )

    @router.post("/technicians/disable")
    def disable(wanted: Named) -> Response:
        """Let a technician act no more, from this moment."""
        office.disable(wanted.name)
        return _json({"technician": wanted.name})

    @router.post("/rescues")
    def take(brought: Brought) -> Response:
        """Take a rescue; what is new of it."""
        return _json(office.take(brought.statement).to_json())

    @router.get("/rescues")
    def read_rescues() -> Response:
        """Who brought which rows of dead devices, when; the first first."""
        with database.read() as connection:
            found = rescues.all_rescues(connection)
        return _json({"rescues": [dataclasses.asdict(one) for one in found]})

    return router


def _json(body: dict[str, Any]) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json")
