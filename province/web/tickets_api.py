"""The JSON API of tickets and of certificates: made, revoked, requests from sticks answered, approved."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from device.errors import InvalidField
from province.enrolment.making import Wanted
from province.enrolment.office import TicketOffice
from province.web.api import OnlyOperator
from sync.contract.stick import StickRequest

LEAST_S, MOST_S = 300, 30 * 24 * 3600

_Code = Annotated[str, Field(min_length=1, max_length=64)]


class WantedTickets(BaseModel):
    """One ticket for each window of a hall (code or name); `windows`: codes, or "all" alone."""

    hall: _Code
    windows: list[_Code] = Field(min_length=1, max_length=1000)
    valid_s: int = Field(ge=LEAST_S, le=MOST_S)
    with_codes: bool = False


class RevokedTicket(BaseModel):
    """The ticket that is to be worthless."""

    ticket: _Code


class Approval(BaseModel):
    """That `by` lets a device whose certificate has ended have a new one."""

    device: _Code
    by: _Code


def tickets_api(office: TicketOffice) -> APIRouter:
    """The paths under /api/v1, all for operators. A refusal is 409 with its code and facts."""
    router = APIRouter(prefix="/api/v1", dependencies=[OnlyOperator])

    @router.post("/tickets")
    def make(wanted: WantedTickets) -> Response:
        """Make tickets; they are given out here, this once."""
        made = office.make(msgspec.convert(wanted.model_dump(), Wanted))
        return _json({"tickets": [ticket.to_json() for ticket in made]})

    @router.post("/tickets/revoke")
    def revoke(wanted: RevokedTicket) -> Response:
        """Make a ticket worthless."""
        office.revoke(wanted.ticket)
        return _json({})

    @router.post("/tickets/answers")
    def answer(request: dict[str, Any]) -> Response:
        """Answer the request that a box has put on a stick, as the file has it."""
        try:
            asked = msgspec.convert(request, StickRequest)
        except msgspec.ValidationError as error:
            raise InvalidField("request", str(error)) from None
        return _json(msgspec.to_builtins(office.answer(asked)))

    @router.post("/renewals")
    def approve(approval: Approval) -> Response:
        """Let a device have a new certificate."""
        office.approve(approval.device, by=approval.by)
        return _json({})

    return router


def _json(body: Any) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json")
