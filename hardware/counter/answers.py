"""The HTTP form of each answer to the counter: status, keys, their order."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from starlette.responses import Response

from device.counter import (
    CounterAnswer,
    DeviceStatus,
    Done,
    InvitationStatus,
    Invited,
    OpenInvitations,
    Refusal,
    Refused,
)

_STATUS_OF = {
    Refusal.BUSY: 409,
    Refusal.RATED: 409,
    Refusal.SPENT: 409,
    Refusal.CONFLICT: 409,
    Refusal.INVALID: 422,
    Refusal.UNAUTHORIZED: 401,
    Refusal.NOT_FOUND: 404,
    Refusal.CANNOT_RECORD: 503,
}


def response_to(answer: CounterAnswer) -> Response:
    """`answer` as the counter gets it. An answer holds no level, so nothing here can depend on one.

    Raises TypeError for OpenInvitations: those are told on the event stream only.
    """
    match answer:
        case Invited():
            return _json(201, {"id": answer.id, "state": answer.state, "expires_at": answer.expires_at})
        case InvitationStatus():
            return _json(200, status_fields(answer))
        case DeviceStatus():
            return _json(200, {"ready": answer.ready, "fault": answer.fault})
        case Done():
            return Response(status_code=204)
        case Refused():
            return error_response(answer)
        case OpenInvitations():
            raise TypeError("open invitations are told on the event stream only")


def error_response(
    refused: Refused, *, status: int | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """The one form of every error: always the same four keys. `status` is that of the refusal by default."""
    fields = {
        "error": refused.error,
        "field": refused.field,
        "fault": refused.fault,
        "message": refused.message,
    }
    return _json(_STATUS_OF[refused.error] if status is None else status, fields, headers)


def status_fields(status: InvitationStatus) -> dict[str, str]:
    """What is told of one invitation, by question and on the event stream alike."""
    return {"id": status.id, "state": status.state}


def _json(status: int, fields: Mapping[str, object], headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        msgspec.json.encode(fields), status_code=status, headers=headers, media_type="application/json"
    )
