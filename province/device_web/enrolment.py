"""What a device asks beside EST: keys, its enrolment, confirmation, a certificate when its own has ended."""

from __future__ import annotations

from typing import Any

import anyio.to_thread
import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Path

from province.device_web.answering import answering, body_of
from province.device_web.door import Door
from province.enrolment.service import EnrolmentService

JOSE = "application/jose"


class EnrolmentRoutes:
    """The routes."""

    def __init__(self, service: EnrolmentService, *, door: Door) -> None:
        self._service = service
        self._door = door

    def routes(self) -> list[Path]:
        """Under /device/v1. The key set is public; a renewal proves itself by its signature."""
        document = self._door.for_device(self._document)
        confirmed = self._door.for_device(self._confirmed)
        return [
            Path("/device/v1/keys", answering(self._door, self._keys), methods=["GET"]),
            Path("/device/v1/enrolment", answering(self._door, document), methods=["GET"]),
            Path("/device/v1/enrolment/confirmed", answering(self._door, confirmed), methods=["POST"]),
            Path("/device/v1/renewals", answering(self._door, self._renewal), methods=["POST"]),
        ]

    async def _keys(self, _request: Request) -> Response:
        return Response(self._service.key_set, media_type=JOSE)

    async def _document(self, _request: Request, device: str) -> Response:
        enrolment = await anyio.to_thread.run_sync(self._service.handover.document, device)
        return _json({"keys": self._service.key_set, "enrolment": enrolment})

    async def _confirmed(self, request: Request, device: str) -> Response:
        await body_of(request)  # there is nothing to say, and whoever says it anyway shall hear the answer
        return _json({"replaced": await anyio.to_thread.run_sync(self._service.handover.confirm, device)})

    async def _renewal(self, request: Request) -> Response:
        statement = (await body_of(request)).decode("ascii", "replace")
        certificate = await anyio.to_thread.run_sync(self._service.renewals.ask, statement)
        if certificate is None:
            return _json({"awaits": "approval"}, status=202)
        return _json({"certificate": certificate})


def _json(body: dict[str, Any], *, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")
