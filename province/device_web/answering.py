"""How the enrolment routes answer: a body read within bounds, a refusal as JSON, nothing cached."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import anyio.to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from province.device_web.door import Door, Route
from province.enrolment.refusal import EnrolmentRefused, RefusalCode
from province.errors import ServiceError, StoreError
from province.ingest.alarm import AlarmCode
from province.web.guard import error_response

log = logging.getLogger(__name__)

MOST_BYTES = 16 * 1024
RETRY_S = 30

# What somebody does who tries, not a technician who was a little late or at the wrong window.
_ALARMING = {
    RefusalCode.TICKET_TAMPERED,
    RefusalCode.TICKET_UNKNOWN,
    RefusalCode.TICKET_USED,
    RefusalCode.TICKET_REVOKED,
    RefusalCode.TICKET_LOCKED,
    RefusalCode.CODE_WRONG,
    RefusalCode.CODE_LOCKED,
    RefusalCode.DEVICE_KNOWN,
    RefusalCode.REVOKED,
}


class TooMuch(Exception):
    """The body is larger than anything that is asked here."""


async def body_of(request: Request) -> bytes:
    """The body. Raises TooMuch beyond 16 KiB."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise TooMuch
    return bytes(body)


def answering(door: Door, route: Callable[[Request], Awaitable[Response]]) -> Route:
    """`route`, with what it raises as an answer; who comes with a bad credential is alarmed, throttled."""

    async def answered(request: Request) -> Response:
        try:
            response = await route(request)
        except EnrolmentRefused as error:
            response = error_response(error.status, error.code, str(error), facts=error.facts)
            if error.code in _ALARMING:
                await anyio.to_thread.run_sync(_alarm, door, error)
        except TooMuch:
            response = error_response(413, "too_large", f"allowed: at most {MOST_BYTES} bytes")
        except ClientDisconnect:
            response = Response(status_code=400)  # nobody hears it
        except (ServiceError, StoreError) as error:
            log.error("enrolment is not possible now why=%s", error)
            response = error_response(503, "unavailable", "the province cannot do this now; ask again later")
            response.headers["Retry-After"] = str(RETRY_S)
        response.headers["Cache-Control"] = "no-store"
        return response

    return answered


def _alarm(door: Door, error: EnrolmentRefused) -> None:
    try:
        door.alarm("", AlarmCode.TICKET_REFUSED, f"an enrolment was refused: {error.code}")
    except StoreError as failed:
        log.error("an alarm was not kept why=%s", failed)
