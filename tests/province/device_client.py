"""A device's end of HTTPS, in tests: any certificate, any body, whole or not."""

from __future__ import annotations

import http.client
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 30.0


@dataclass(frozen=True)
class DeviceClient:
    """Speaks to `port` with the certificate in the files, or with none."""

    port: int
    ca: Path
    certificate: Path | None = None
    key: Path | None = None

    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.ca)
        if self.certificate is not None:
            context.load_cert_chain(self.certificate, self.key)
        return context

    def connect(self) -> ssl.SSLSocket:
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)
        return self.context().wrap_socket(plain, server_hostname="localhost")

    def ask(self, method: str, sha256: str, body: bytes | None = None, *, chunked: bool = False) -> int:
        """The status of the answer."""
        return self.asked(method, sha256, body, chunked=chunked)[0]

    def asked(
        self, method: str, sha256: str, body: bytes | None = None, *, chunked: bool = False
    ) -> tuple[int, bytes]:
        """Status and body of the answer."""
        connection = http.client.HTTPSConnection(
            "localhost", self.port, context=self.context(), timeout=PATIENCE_S
        )
        try:
            content = iter([body]) if chunked and body is not None else body
            connection.request(method, f"/device/v1/blobs/{sha256}", content, encode_chunked=chunked)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def begin(self, sha256: str, *, length: int, body: bytes = b"") -> ssl.SSLSocket:
        """A PUT of `length` bytes of which only `body` is sent; the open line."""
        line = self.connect()
        head = (
            f"PUT /device/v1/blobs/{sha256} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n"
        )
        line.sendall(head.encode("ascii") + body)
        return line
