"""The bearer token that every request to the counter link must carry."""

from __future__ import annotations

import hmac
import re

from starlette.types import ASGIApp, Receive, Scope, Send

from device.counter import Refusal, Refused
from device.errors import ConfigError
from hardware.counter.answers import error_response

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # b64token of RFC 6750, section 2.1

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


def checked_token(token: str) -> str:
    """`token`, if a header can carry it. Raises ConfigError: an empty one would let everybody in."""
    if not _TOKEN.fullmatch(token):
        raise ConfigError(
            [
                "counter.token_file: must hold one token of the characters A-Z a-z 0-9 - . _ ~ + / ="
                " and nothing else; make one with: openssl rand -hex 32"
            ]
        )
    return token
