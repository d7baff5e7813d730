"""The bearer token that every request to the counter link must carry."""

from __future__ import annotations

import hmac

from starlette.types import ASGIApp, Receive, Scope, Send

from device.counter import Refusal, Refused
from hardware.counter.answers import error_response

_UNAUTHORIZED = Refused(
    Refusal.UNAUTHORIZED,
    "This needs the counter's token: send the header Authorization: Bearer TOKEN.",
)


class BearerGate:
    """ASGI middleware: lets through what carries `token`, answers everything else with 401.

    It stands before the routes, so that without the token no path, existing or not, answers anything else.
    """

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token.encode("ascii")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._carries_token(scope):
            await self._app(scope, receive, send)
        else:
            refusal = error_response(_UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"})
            await refusal(scope, receive, send)

    def _carries_token(self, scope: Scope) -> bool:
        values = [value for name, value in scope["headers"] if name == b"authorization"]
        if len(values) != 1:
            return False
        scheme, _, credentials = values[0].partition(b" ")
        return scheme.lower() == b"bearer" and hmac.compare_digest(credentials.strip(), self._token)
