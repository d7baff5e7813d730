"""The HTTP of one TLS connection, with the client's certificate in the scope of its request."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

# One request a connection, 2 MiB at most: 17 KiB a second. Whoever is slower holds a place that others need.
CONNECTION_S = 120.0


class CertifiedProtocol(H11Protocol):
    """uvicorn's, which does not hand on the certificate. A connection ends after two minutes at the latest.

    The leaf certificate, proven by the TLS library, is in `scope["extensions"]["tls"]["client_cert"]` as DER,
    None when the client showed none: the place that uvicorn's own proposal for it has (pull request 3132).
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The handshake is done."""
        super().connection_made(transport)
        tls = transport.get_extra_info("ssl_object")
        self.app: Any = _with_certificate(self.app, tls.getpeercert(binary_form=True))
        self._limit = self.loop.call_later(CONNECTION_S, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._limit.cancel()
        super().connection_lost(exc)


def _with_certificate(app: ASGIApp, certificate: bytes | None) -> ASGIApp:
    async def certified(scope: Scope, receive: Receive, send: Send) -> None:
        scope["extensions"] = {**scope.get("extensions", {}), "tls": {"client_cert": certificate}}
        await app(scope, receive, send)

    return certified


def certificate_in(scope: Scope) -> bytes | None:
    """The client's certificate (DER), if it showed one."""
    certificate: bytes | None = scope.get("extensions", {}).get("tls", {}).get("client_cert")
    return certificate
