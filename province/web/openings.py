"""The path by which the case role is handed a sealed blob; it is opened elsewhere, with their key."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from province.office import Office
from province.web.api import OnlyOperator


class NewOpening(BaseModel):
    """Which blob, by the row that names it; for whom, and to which key it must be sealed."""

    log_id: str = Field(pattern="^[0-9a-f]{32}$")
    seq: int = Field(ge=1, le=2**53 - 1)
    by: str = Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]*$")
    kid: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]*$")


class SealedBlob(BaseModel):
    """A blob as the device sealed it; `enc`, `ct` in base64. `visit`: what it is bound to."""

    log_id: str
    seq: int
    visit: str
    purpose: str
    sha256: str
    kid: str
    suite: str
    enc: str
    ct: str


def openings(office: Office) -> APIRouter:
    """The path /api/v1/openings. That it was asked, by whom and for what, is kept for good."""
    router = APIRouter(prefix="/api/v1", dependencies=[OnlyOperator])

    @router.post("/openings", response_model=SealedBlob)
    def hand_out(wanted: NewOpening) -> dict[str, object]:
        return office.hand_out(wanted.log_id, wanted.seq, by=wanted.by, kid=wanted.kid).as_json()

    return router
