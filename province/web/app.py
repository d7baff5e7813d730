"""The web application: API and page behind one guard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

import device
from device.clock import Clock
from device.errors import ChuangpingError, InvalidField
from province.blob_folder import BlobFolder
from province.enrolment.refusal import EnrolmentRefused
from province.errors import (
    AccountError,
    AdmissionError,
    Declined,
    Forbidden,
    OpeningError,
    RegistrationError,
    ServiceError,
    StoreError,
)
from province.office import Office
from province.passwords import Passwords
from province.places.fault import PlacesError
from province.receipt_desk import ReceiptDesk
from province.steering import Steering
from province.store.database import Database
from province.web.accounts import accounts
from province.web.actions import actions
from province.web.api import api
from province.web.blob_api import blob_api
from province.web.device_actions import device_actions
from province.web.door import Door
from province.web.entry import entry
from province.web.figures import figures
from province.web.guard import Guard, Tokens, error_response
from province.web.openings import openings
from province.web.page import pages
from province.web.places_api import places_api
from province.web.receipts import receipts
from province.web.revocation_api import revocation_api
from province.web.steering_api import steering_api

STATIC = Path(__file__).parent / "static"


def make_app(
    database: Database,
    *,
    office: Office,
    steering: Steering,
    blobs: BlobFolder,
    clock: Clock,
    token: str,
    secure: bool,
    broker_connected: Callable[[], bool],
    closing: Callable[[], bool],
    passwords: Passwords | None = None,
    more: Sequence[APIRouter] = (),
) -> Guard:
    """The application. `secure`: browsers reach it by https; `closing`: open streams are to end.

    `more`: further paths of the API.
    """
    app = FastAPI(
        title="chuangping province",
        version=device.__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )

    @app.get("/healthz", tags=["health"])
    def health() -> dict[str, Any]:
        """Whether the database answers, and whether the broker holds the province's connection."""
        with database.read() as connection:
            connection.exec_driver_sql("SELECT 1")
        return {"status": "ok", "broker": "connected" if broker_connected() else "away"}

    @app.get("/openapi.json", include_in_schema=False)
    def openapi() -> dict[str, Any]:
        return _with_security(app.openapi())

    app.include_router(api(database, office))
    app.include_router(steering_api(steering))
    app.include_router(blob_api(database, blobs, steering=steering))
    app.include_router(figures(database, clock=clock))
    app.include_router(accounts(office))
    app.include_router(openings(office))
    app.include_router(places_api(database, office))
    for router in more:
        app.include_router(router)
    app.include_router(revocation_api(office))
    door = Door(database, clock=clock, passwords=passwords or Passwords(), secure=secure)
    app.include_router(entry(door))
    app.include_router(receipts(ReceiptDesk(database, clock=clock), door))
    app.include_router(pages(database, clock=clock, door=door, closing=closing))
    app.include_router(actions(database, clock=clock, door=door, office=office))
    app.include_router(device_actions(database, clock=clock, door=door, office=office, steering=steering))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(ChuangpingError, _known_error)
    return Guard(app, principal_of=Tokens(database, token=token).principal_of)


def _with_security(described: dict[str, Any]) -> dict[str, Any]:
    """The description, with what the guard asks for: a token everywhere but for health."""
    schemes = described.setdefault("components", {}).setdefault("securitySchemes", {})
    schemes["token"] = {"type": "http", "scheme": "bearer"}
    health = described["paths"]["/healthz"]["get"]
    health["security"] = []
    return {**described, "security": [{"token": []}]}


def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"][1:]) or None
    return error_response(422, "invalid", f"{field or 'body'}: {first['msg']}", field=field)


def _http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = {404: "not_found", 405: "not_allowed"}.get(error.status_code, "failed")
    return error_response(error.status_code, code, str(error.detail))


def _known_error(_request: Request, error: Exception) -> Response:
    if isinstance(error, InvalidField):
        return error_response(422, "invalid", str(error), field=error.field)
    if isinstance(error, EnrolmentRefused):
        return error_response(409, error.code, str(error), facts=error.facts)
    if isinstance(error, ServiceError):
        return error_response(503, "unavailable", str(error))
    if isinstance(error, Forbidden):
        return error_response(403, "forbidden", str(error))
    if isinstance(error, Declined):
        return error_response(409, error.code, str(error), facts=error.facts)
    if isinstance(error, AccountError):
        return error_response(409, "conflict", str(error), facts={"code": error.code})
    if isinstance(error, RegistrationError | AdmissionError | OpeningError | PlacesError):
        return error_response(409, "conflict", str(error))
    if isinstance(error, StoreError):
        return error_response(503, "unavailable", str(error))
    return error_response(500, "failed", "the province failed at this; its log names the place")
