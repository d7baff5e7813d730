"""The JSON API by which devices are shut out and let in again, for operators."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from province.office import Office
from province.revocation import MOST_WHY, Settled
from province.web.api import OnlyOperator

_Device = Annotated[str, Path(max_length=64)]
_Line = r"^[^\x00-\x1f]+$"


class Word(BaseModel):
    """Why it is done, and the person who answers for it; both are kept for good."""

    why: str = Field(min_length=1, max_length=MOST_WHY, pattern=_Line)
    by: str = Field(min_length=1, max_length=64, pattern=_Line)


def revocation_api(office: Office) -> APIRouter:
    """The paths under /api/v1/devices/{device}."""
    router = APIRouter(prefix="/api/v1/devices/{device}", dependencies=[OnlyOperator])

    @router.post("/revoke", response_model=Settled)
    def revoke(device: _Device, word: Word) -> Response:
        """Shut a device out of registry, broker and HTTPS; `left`: what a person has to do."""
        return _json(office.revoke(device, why=word.why, by=word.by))

    @router.post("/reinstate", response_model=Settled)
    def reinstate(device: _Device, word: Word) -> Response:
        """Let a device in again, with the certificate that it has."""
        return _json(office.reinstate(device, why=word.why, by=word.by))

    return router


def _json(settled: Settled) -> Response:
    return Response(msgspec.json.encode(settled), media_type="application/json")
