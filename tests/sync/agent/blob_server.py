"""A province's HTTPS that answers as a test has it: real TLS, any length, any bytes, any end."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from tests.sync.throwaway_ca import ThrowawayCa

Answer = Callable[[BaseHTTPRequestHandler], None]


def whole(content: bytes, *, status: int = 200, length: int | None = None) -> Answer:
    """An answer with `content`, said to have `length` bytes."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(content) if length is None else length))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def endless(piece: bytes) -> Answer:
    """An answer of no announced length that goes on until nobody listens."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(piece)
        except OSError:
            handler.close_connection = True

    return answer


class BlobServer:
    """`answer`: what is said to the next requests. `asked`: method, path, body and client of those before."""

    def __init__(
        self,
        ca: ThrowawayCa,
        *,
        name: str = "province.test",
        dates: tuple[datetime, datetime] | None = None,
    ) -> None:
        certificate, key = ca.issue(name, address="127.0.0.1", dates=dates)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        context.load_verify_locations(ca.certificate)
        context.verify_mode = ssl.CERT_REQUIRED
        self.answer: Answer = whole(b"", status=404)
        self.asked: list[tuple[str, str, bytes, str]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 30

            def setup(self) -> None:
                self.request = context.wrap_socket(self.request, server_side=True)
                super().setup()

            def finish(self) -> None:
                super().finish()
                self.request.close()

            def do_GET(self) -> None:
                self._serve()

            def do_PUT(self) -> None:
                self._serve()

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                subject = dict(part[0] for part in self.connection.getpeercert()["subject"])
                server.asked.append((self.command, self.path, body, subject["commonName"]))
                server.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = False

            def handle_error(self, *_: object) -> None:
                """A client that goes away is no news."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="blob-server")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(30)
