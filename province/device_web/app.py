"""The application that devices reach over HTTPS."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from device.clock import Clock
from province.blob_folder import BlobFolder
from province.device_web.blobs import Blobs
from province.device_web.door import Door
from province.device_web.enrolment import EnrolmentRoutes
from province.device_web.est import Est
from province.device_web.technician_routes import TechnicianRoutes
from province.enrolment.service import EnrolmentService
from province.store.database import Database
from province.web.guard import error_response


def make_device_app(
    database: Database,
    folder: BlobFolder,
    *,
    clock: Clock,
    most: int,
    enrolment: EnrolmentService | None = None,
    technician: Callable[[Door], TechnicianRoutes] | None = None,
) -> Starlette:
    """The application. `most`: bytes that a device may bring as one blob. `enrolment` None: nobody enrols.

    `technician` makes the paths for technicians behind the same door; without it there are none.
    """
    door = Door(database, clock=clock)
    routes = Blobs(database, folder, door=door, clock=clock, most=most).routes()
    if enrolment is not None:
        routes += Est(enrolment, door=door).routes()
        routes += EnrolmentRoutes(enrolment, door=door).routes()
    if technician is not None:
        routes += technician(door).routes()
    return Starlette(
        routes=routes,
        exception_handlers={HTTPException: _http_error},
    )


def _http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = {404: "not_found", 405: "not_allowed"}.get(error.status_code, "failed")
    return error_response(error.status_code, code, str(error.detail))
