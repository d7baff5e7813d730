"""What technicians do over HTTPS: rescue, move, decommission; each with the certificate of the office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

import anyio.to_thread
import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from device.json_text import read_json
from province.decommissions import Decommissions
from province.device_web.door import Door
from province.errors import Declined
from province.relocations import Relocations
from province.rescues import Rescues
from province.web.guard import error_response
from sync.contract.jws import MAX_BYTES
from sync.contract.messages import Code, LogId, SignedHead

T = TypeVar("T")


class MoveAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a device is to go."""

    to: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    dry_run: bool = False
    other_hall: bool = False


class DecommissionAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the logs of a device that is to end its service end; `lose`: rows that may be missing."""

    logs: Annotated[list[SignedHead], msgspec.Meta(max_length=256)]
    lose: Annotated[int, msgspec.Meta(ge=0)] = 0
    dry_run: bool = False


class TechnicianRoutes:
    """The paths for technicians. Any thread."""

    def __init__(
        self, *, door: Door, rescues: Rescues, relocations: Relocations, decommissions: Decommissions
    ) -> None:
        self._door = door
        self._rescues = rescues
        self._relocations = relocations
        self._decommissions = decommissions

    def routes(self) -> list[Route]:
        """For technicians who may act, and nobody else."""
        guarded = self._door.for_technician
        device = "/api/v1/devices/{device}"
        return [
            Route("/device/v1/rescue/{log_id}", guarded(self._held), methods=["GET"]),
            Route("/api/v1/rescue", guarded(self._rescue), methods=["POST"]),
            Route(f"{device}/move", guarded(self._move), methods=["POST"]),
            Route(f"{device}/decommission", guarded(self._decommission), methods=["POST"]),
        ]

    async def _held(self, request: Request, _technician: str) -> Response:
        try:
            log_id = msgspec.convert(request.path_params["log_id"], LogId)
        except msgspec.ValidationError as error:
            return error_response(422, "invalid", f"log_id: {error}", field="log_id")
        return _json(asdict(await anyio.to_thread.run_sync(self._rescues.held, log_id)))

    async def _rescue(self, request: Request, technician: str) -> Response:
        body = await _body(request)
        if body is None:
            return _too_large()

        def taken() -> dict[str, Any]:
            statement = body.decode("ascii", "replace").strip()
            return self._rescues.take(statement, brought_by=technician).to_json()

        return await _answered(taken)

    async def _move(self, request: Request, _technician: str) -> Response:
        asked = await _asked(request, MoveAsked)
        if isinstance(asked, Response):
            return asked
        device, wanted = request.path_params["device"], asked
        return await _answered(
            lambda: self._relocations.move(
                device, wanted.to, other_hall=wanted.other_hall, dry_run=wanted.dry_run
            ).to_json()
        )

    async def _decommission(self, request: Request, technician: str) -> Response:
        asked = await _asked(request, DecommissionAsked)
        if isinstance(asked, Response):
            return asked
        device, wanted = request.path_params["device"], asked
        return await _answered(
            lambda: asdict(
                self._decommissions.end(
                    device, wanted.logs, by=technician, lose=wanted.lose, dry_run=wanted.dry_run
                )
            )
        )


async def _asked(request: Request, kind: type[T]) -> T | Response:
    """The body as a `kind`; else the answer that it is none."""
    body = await _body(request)
    if body is None:
        return _too_large()
    try:
        msgspec.convert(request.path_params["device"], Code)
        return read_json(body, msgspec.json.Decoder(kind))
    except msgspec.MsgspecError as error:
        return error_response(422, "invalid", str(error))


async def _body(request: Request) -> bytes | None:
    """What was sent; None when it is larger than a message may be, or nobody sends it any more."""
    pieces: list[bytes] = []
    size = 0
    try:
        async for piece in request.stream():
            size += len(piece)
            if size > MAX_BYTES:
                return None
            pieces.append(piece)
    except ClientDisconnect:
        return None
    return b"".join(pieces)


async def _answered(act: Callable[[], dict[str, Any]]) -> Response:
    try:
        return _json(await anyio.to_thread.run_sync(act))
    except Declined as error:
        return error_response(409, error.code, str(error), facts=error.facts)


def _too_large() -> Response:
    return error_response(413, "too_large", f"allowed: at most {MAX_BYTES} bytes")


def _json(body: dict[str, Any]) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json")
