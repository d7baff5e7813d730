"""The paths of the counter link: what each request asks the device."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Collection

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from device.counter import (
    DeviceQuery,
    InvitationCancel,
    InvitationQuery,
    OpenInvitations,
    OpenInvitationsQuery,
    Refusal,
    Refused,
    parse_action,
    parse_invitation,
)
from device.errors import InvalidField
from hardware.counter.answers import error_response, response_to
from hardware.counter.bearer import BearerGate
from hardware.counter.body import read_json
from hardware.counter.calls import Calls
from hardware.counter.streams import EventStream, Streams

_log = logging.getLogger(__name__)


class Paths:
    """One method for each path; each asks the device loop and gives its answer the form of HTTP."""

    def __init__(self, calls: Calls, streams: Streams) -> None:
        self._calls = calls
        self._streams = streams

    async def invite(self, request: Request) -> Response:
        """POST /v1/invitations"""
        return response_to(await self._calls.ask(parse_invitation(await read_json(request), via="http")))

    async def invitation(self, request: Request) -> Response:
        """GET and DELETE /v1/invitations/{id}"""
        invitation_id = request.path_params["id"]
        if request.method == "DELETE":
            return response_to(await self._calls.ask(InvitationCancel(invitation_id)))
        return response_to(await self._calls.ask(InvitationQuery(invitation_id)))

    async def events(self, request: Request) -> Response:
        """GET /v1/events"""
        stream = EventStream(self._streams)
        if request.method == "HEAD":  # a stream without a body would never be closed by its reader
            return Response(media_type=stream.media_type)
        answer = await self._calls.ask(OpenInvitationsQuery(), on_answer=stream.begin)
        return stream if isinstance(answer, OpenInvitations) else response_to(answer)

    async def act(self, request: Request) -> Response:
        """POST /v1/counter"""
        return response_to(await self._calls.ask(parse_action(await read_json(request))))

    async def device(self, request: Request) -> Response:  # noqa: ARG002 - every path is given its request
        """GET /v1/device"""
        return response_to(await self._calls.ask(DeviceQuery()))


def counter_app(*, calls: Calls, streams: Streams, token: str, origins: Collection[str]) -> Starlette:
    """The ASGI application of the counter link.

    `origins`: web origins whose pages may call it. Browsers ask first, without the token, whether they may:
    those preflights are answered before the token is looked for.
    """
    paths = Paths(calls, streams)
    app = Starlette(
        routes=[
            Route("/v1/invitations", paths.invite, methods=["POST"]),
            Route("/v1/invitations/{id}", paths.invitation, methods=["GET", "DELETE"]),
            Route("/v1/events", paths.events, methods=["GET"]),
            Route("/v1/counter", paths.act, methods=["POST"]),
            Route("/v1/device", paths.device, methods=["GET"]),
        ],
        middleware=[
            Middleware(
                CORSMiddleware,
                allow_origins=origins,
                allow_methods=("GET", "POST", "DELETE"),
                allow_headers=("Authorization",),
                allow_private_network=True,  # browsers of 2021 to 2025 ask for it before they call loopback
            ),
            Middleware(BearerGate, token=token),
        ],
        exception_handlers={
            InvalidField: _invalid,
            HTTPException: _no_such_path,
            Exception: _failed,
        },
    )
    app.router.redirect_slashes = False  # a redirect would be an answer outside the contract
    return app


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, InvalidField)
    return error_response(Refused(Refusal.INVALID, str(error), field=error.field))


async def _no_such_path(_request: Request, error: Exception) -> Response:
    """What the router raises: 404 for an unknown path, 405 for a method that a path has not."""
    assert isinstance(error, HTTPException)
    message = "There is no such path." if error.status_code == 404 else "This path has no such method."
    return error_response(
        Refused(Refusal.NOT_FOUND, message), status=error.status_code, headers=error.headers
    )


async def _failed(_request: Request, error: Exception) -> Response:
    """A defect of ours: the counter is told in the form it knows, the log where it happened.

    The error's own words are not logged: they may hold what was asked.
    """
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-4:]))
    _log.error("counter link failed error=%s where=%s", type(error).__name__, where)
    return error_response(
        Refused(
            Refusal.CANNOT_RECORD, "The device failed at this request; tell its vendor.", fault="internal"
        )
    )
