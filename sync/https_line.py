"""Questions over HTTPS: one connection for each, with a limit to how long it takes and to what comes back."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

_WHOLE_MS = 120_000  # for one answer
_PIECE = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """What the peer answered. `announced`: the length of its body, where it gives one.

    `is_whole`: False where the body has more bytes than were to be taken; they were left where they are.
    """

    status: int
    body: bytes
    announced: int | None
    is_whole: bool


class HttpsLine:
    """To `host` and `port`, for any thread. `wait_s`: for the peer's next word. `mono_ms`: monotonic time."""

    def __init__(self, host: str, port: int, *, wait_s: float, mono_ms: Callable[[], int]) -> None:
        self._host = host
        self._port = port
        self._wait_s = wait_s
        self._mono_ms = mono_ms

    def ask(
        self,
        method: str,
        path: str,
        *,
        tls: ssl.SSLContext,
        most_bytes: int,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer, of any status, with at most `most_bytes` of its body.

        Raises OSError, ssl.SSLError among them, when there is none, or it is not there in two minutes.
        """
        connection = http.client.HTTPSConnection(self._host, self._port, timeout=self._wait_s, context=tls)
        try:
            connection.connect()
            # An answer, or a TLS alert about our certificate, may come before all is said, and the line be
            # closed: it is heard all the same.
            with suppress(BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
                connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            announced = answer.length
            if announced is not None and announced > most_bytes:
                return Answer(answer.status, b"", announced, is_whole=False)
            content = self._read(answer, most_bytes + 1)
        except ssl.SSLError:  # one about certificates is a ValueError too
            raise
        except (ValueError, http.client.HTTPException) as error:  # ValueError: closed by another thread
            raise ConnectionAbortedError(str(error) or type(error).__name__) from None
        finally:
            connection.close()
        if announced is not None and len(content) < announced:
            raise ConnectionAbortedError("the line ended within the answer")
        return Answer(answer.status, content[:most_bytes], announced, is_whole=len(content) <= most_bytes)

    def _read(self, answer: http.client.HTTPResponse, most: int) -> bytes:
        until_ms = self._mono_ms() + _WHOLE_MS
        pieces: list[bytes] = []
        left = most
        while left and (piece := answer.read1(min(left, _PIECE))):
            pieces.append(piece)
            left -= len(piece)
            if self._mono_ms() > until_ms:
                raise TimeoutError(f"not whole after {_WHOLE_MS // 1000} s")
        return b"".join(pieces)
