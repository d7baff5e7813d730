"""What stands before every page: the token of the API, the headers that tell browsers what to refuse."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping

import anyio.to_thread
import msgspec
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from province.errors import StoreError
from province.role import OPERATOR, Principal
from province.store import tokens
from province.store.access import secret_hash
from province.store.database import Database

GUARDED = ("/api/", "/openapi.json")
PRINCIPAL = "principal"

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Guard:
    """ASGI: asks for a bearer token where it is needed and adds the headers everywhere.

    Whose token it is stands in the request's scope as PRINCIPAL.
    """

    def __init__(self, app: ASGIApp, *, principal_of: Callable[[str], Principal | None]) -> None:
        self._app = app
        self._principal_of = principal_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        app = self._app
        if scope["path"].startswith(GUARDED):
            try:
                principal = await self._authenticate(Headers(scope=scope))
            except StoreError as error:
                app = error_response(503, "unavailable", str(error))
            else:
                if principal is None:
                    app = error_response(401, "unauthorized", "needs the header Authorization: Bearer TOKEN")
                    app.headers["WWW-Authenticate"] = "Bearer"
                scope[PRINCIPAL] = principal
        await app(scope, receive, send_with_headers)

    async def _authenticate(self, headers: Headers) -> Principal | None:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return None
        return await anyio.to_thread.run_sync(self._principal_of, token.strip())


class Tokens:
    """Tells whose a bearer token is: the operator's own from the configuration, or one that was made."""

    def __init__(self, database: Database, *, token: str) -> None:
        self._database = database
        self._token_hash = secret_hash(token)

    def principal_of(self, token: str) -> Principal | None:
        """Compared by hashes: the time does not depend on how much of a token is right. Any thread."""
        if hmac.compare_digest(secret_hash(token), self._token_hash):
            return OPERATOR
        with self._database.read() as connection:
            return tokens.find(connection, token)


def error_response(
    status: int,
    error: str,
    message: str,
    *,
    field: str | None = None,
    facts: Mapping[str, object] | None = None,
) -> Response:
    """An error as every JSON face of the product has it; `facts`, where there are any, for programs."""
    body: dict[str, object] = {"error": error, "field": field, "message": message}
    if facts is not None:
        body["facts"] = dict(facts)
    return Response(msgspec.json.encode(body), status, media_type="application/json")
