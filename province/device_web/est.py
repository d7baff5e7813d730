"""Enrolment over Secure Transport (RFC 7030), what devices use of it: cacerts, simpleenroll, simplereenroll.

The ticket is the credential of HTTP Basic: its id, and the ticket itself; or "code" and its short code.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

import anyio.to_thread
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs7
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Path

from province.ca import UNREADABLE
from province.device_web.answering import answering, body_of
from province.device_web.door import Door
from province.enrolment.refusal import EnrolmentRefused, RefusalCode
from province.enrolment.registrar import request_in
from province.enrolment.service import EnrolmentService
from province.web.guard import error_response

EST = "/.well-known/est"
CERTS_ONLY = "application/pkcs7-mime; smime-type=certs-only"


class Est:
    """The routes."""

    def __init__(self, service: EnrolmentService, *, door: Door) -> None:
        self._service = service
        self._door = door

    def routes(self) -> list[Path]:
        """Those of EST; `replace` is the label (RFC 7030, 3.2.2) for a device that takes another's place."""
        renew = self._door.for_device(self._reenrol)
        return [
            Path(f"{EST}/cacerts", answering(self._door, self._cacerts), methods=["GET"]),
            Path(f"{EST}/simpleenroll", answering(self._door, self._enrol), methods=["POST"]),
            Path(f"{EST}/replace/simpleenroll", answering(self._door, self._replace), methods=["POST"]),
            Path(f"{EST}/simplereenroll", answering(self._door, renew), methods=["POST"]),
        ]

    async def _cacerts(self, _request: Request) -> Response:
        return _certs_only(self._service.roots)

    async def _enrol(self, request: Request) -> Response:
        return await self._enrolled(request, replace=False)

    async def _replace(self, request: Request) -> Response:
        return await self._enrolled(request, replace=True)

    async def _enrolled(self, request: Request, *, replace: bool) -> Response:
        body = await body_of(request)
        shown = _basic(request.headers.get("authorization", ""))
        if shown is None:
            response = error_response(401, "unauthorized", "needs the ticket: HTTP Basic, its id and itself")
            response.headers["WWW-Authenticate"] = 'Basic realm="chuangping", charset="UTF-8"'
            return response
        source = request.client.host if request.client else ""

        def enrol() -> str:
            with self._service.credentials.tried(source=source):
                ticket = self._service.credentials.ticket_of(*shown, source=source)
                return self._service.registrar.enrol(ticket, request_in(pem_of(body)), replace=replace)

        return _certs_only(_certificates(await anyio.to_thread.run_sync(enrol)))

    async def _reenrol(self, request: Request, device: str) -> Response:
        body = await body_of(request)

        def renew() -> str:
            return self._service.registrar.renew(device, request_in(pem_of(body)))

        return _certs_only(_certificates(await anyio.to_thread.run_sync(renew)))


def _basic(header: str) -> tuple[str, str] | None:
    """User and password of HTTP Basic (RFC 7617)."""
    scheme, _, said = header.partition(" ")
    try:
        text = base64.b64decode(said.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    user, colon, password = text.partition(":")
    return (user, password) if scheme.lower() == "basic" and colon else None


def pem_of(body: bytes) -> bytes:
    """The signing request as PEM. EST has base64 of DER, with line ends or without; PEM and DER do too."""
    if b"-----BEGIN" in body:
        return body
    try:
        der = body if body[:1] == b"\x30" else base64.b64decode(b"".join(body.split()), validate=True)
        csr = x509.load_der_x509_csr(der)
    except UNREADABLE as error:
        raise EnrolmentRefused(RefusalCode.REQUEST_UNUSABLE, why=str(error)) from None
    return csr.public_bytes(serialization.Encoding.PEM)


def _certificates(chain: str) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(chain.encode("ascii"))


def _certs_only(certificates: Sequence[x509.Certificate]) -> Response:
    """PKCS #7 with certificates and nothing else. It is a set: the device's own is the one with its key."""
    der = pkcs7.serialize_certificates(list(certificates), serialization.Encoding.DER)
    headers = {"Content-Type": CERTS_ONLY, "Content-Transfer-Encoding": "base64"}
    return Response(base64.encodebytes(der), headers=headers)
