"""The TLS of a connection to broker or province: mutual as a rule, and strict about the peer's name."""

from __future__ import annotations

import contextlib
import socket
import ssl
from datetime import datetime
from pathlib import Path
from typing import Any, Self

_WRONG_NAME = (62, 64)  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH
_EXPIRED = 10  # X509_V_ERR_CERT_HAS_EXPIRED
_WRONG_TIME = (9, _EXPIRED)  # 9: X509_V_ERR_CERT_NOT_YET_VALID
_NO_CHECK_TIME = ssl.VerifyFlags(0x200000)  # X509_V_FLAG_NO_CHECK_TIME: no name in Python


class _DatedSocket(ssl.SSLSocket):
    """A connection of a TlsClient: after the handshake it judges the peer's dates, if the library did not."""

    def do_handshake(self, block: bool = False) -> None:
        """As SSLSocket's. Raises SSLCertVerificationError."""
        super().do_handshake(block)
        if not isinstance(self.context, TlsClient) or self.context.dates_from is None:
            return
        floor, at = self.context.dates_from, self.context.dates_at
        certificate = self.getpeercert() or {}
        begins_s, ends_s = (
            ssl.cert_time_to_seconds(str(certificate.get(name))) for name in ("notBefore", "notAfter")
        )
        if ends_s < floor.timestamp() and (at is None or not begins_s <= at.timestamp() <= ends_s):
            error = ssl.SSLCertVerificationError("certificate has expired")
            error.verify_code = _EXPIRED
            error.verify_message = f"certificate has expired before {floor:%Y-%m-%d}"
            raise error


class TlsClient(ssl.SSLContext):
    """A context for one connection. It checks the peer for `server_name`, whatever address was dialled.

    `ca`, `certificate`, `key`: PEM files, the first also as it would be in one; without a certificate none is
    shown. `dates_from`: this machine's clock cannot be trusted, and the time
    is not before this one: the peer's certificate must not have ended before it; its dates are not
    compared with the clock. One that did must be valid at `dates_at`, what a time service says it is: the
    floor itself may come from a province whose clock ran ahead. CA and name are checked as ever. Raises
    OSError when the files cannot be used, ValueError when `server_name` can be no name.
    """

    sslsocket_class = _DatedSocket

    def __new__(cls, *_: Any, **__: Any) -> Self:
        return super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)

    def __init__(
        self,
        server_name: str,
        *,
        ca: Path | bytes,
        certificate: Path | None = None,
        key: Path | None = None,
        dates_from: datetime | None = None,
        dates_at: datetime | None = None,
    ) -> None:
        server_name.encode("idna")  # wrap_socket would find out too late, with a socket open
        self._server_name = server_name
        self._socket: ssl.SSLSocket | None = None
        self.dates_from = dates_from
        self.dates_at = dates_at
        if dates_from is not None:
            self.verify_flags |= _NO_CHECK_TIME
        self.minimum_version = ssl.TLSVersion.TLSv1_2
        if isinstance(ca, bytes):
            self.load_verify_locations(cadata=ca.decode("ascii"))
        else:
            self.load_verify_locations(cafile=ca)
        if certificate is not None:
            self.load_cert_chain(certificate, key)

    def wrap_socket(self, sock: socket.socket, **options: Any) -> ssl.SSLSocket:  # type: ignore[override]
        """As SSLContext's, with our `server_name`; keeps the socket for `cut`."""
        self._socket = super().wrap_socket(sock, **{**options, "server_hostname": self._server_name})
        return self._socket

    def cut(self) -> None:
        """Close the socket at whatever stage it is: paho leaves one whose handshake failed open."""
        if self._socket is None:
            return
        with contextlib.suppress(OSError):  # it is shut already
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def believing_whoever_answers() -> ssl.SSLContext:
    """For a peer of whom nothing is known yet: what it says must be proven by what it is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def distrust(error: ssl.SSLCertVerificationError, server_name: str, ca: Path) -> str:
    """What is wrong with the peer's certificate, in one line."""
    if error.verify_code in _WRONG_NAME:
        return f'its certificate is not for the name "{server_name}"'
    if error.verify_code in _WRONG_TIME:
        return f"its certificate is not valid by this clock: {error.verify_message}"
    return f"its certificate is not by the CA in {ca}: {error.verify_message}"
