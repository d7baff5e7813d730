"""The event streams of the counter link: each reader is told the open invitations, then every change."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator

import msgspec
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from device.counter import CounterAnswer, InvitationStatus, OpenInvitations
from hardware.counter.answers import status_fields

_log = logging.getLogger(__name__)

MAX_PENDING = 64
"""Changes kept for a reader that does not read: about a busy window's hour. Then it is let go."""

KEEP_ALIVE_S = 15.0
"""How long a stream is quiet before a comment is sent, so that both sides notice a dead connection."""

_KEEP_ALIVE = b": keep-alive\n\n"


class Streams:
    """The streams that are open now. Every method belongs to the I/O thread."""

    def __init__(self) -> None:
        self._open: set[EventStream] = set()
        self._closed = False

    def __len__(self) -> int:
        return len(self._open)

    def add(self, stream: EventStream) -> None:
        """Tell `stream` every change from now on."""
        if self._closed:
            stream.end()
        else:
            self._open.add(stream)

    def remove(self, stream: EventStream) -> None:
        """Tell `stream` nothing more."""
        self._open.discard(stream)

    def publish(self, status: InvitationStatus) -> None:
        """Tell every reader of this change; never waits for one."""
        for stream in tuple(self._open):
            if not stream.offer(status):
                self._open.discard(stream)
                stream.abandon()
                _log.warning("counter event reader dropped why=slow pending=%d", MAX_PENDING)

    def close(self) -> None:
        """End every stream, now and from now on."""
        self._closed = True
        for stream in tuple(self._open):
            stream.end()


class EventStream(StreamingResponse):
    """One reader's server-sent events, as the HTTP response that carries them. I/O thread."""

    def __init__(self, streams: Streams) -> None:
        super().__init__(self._chunks(), media_type="text/event-stream")
        self._streams = streams
        self._pending: deque[InvitationStatus] = deque()
        self._news = asyncio.Event()
        self._ended = False
        self._sending: asyncio.Timeout | None = None

    def begin(self, answer: CounterAnswer) -> None:
        """Start with the open invitations of `answer`; called in the order of the device loop's words,
        so that no change is told before them, twice or not at all.
        """
        if isinstance(answer, OpenInvitations):
            self._pending.extend(answer.invitations)
            self._news.set()
            self._streams.add(self)

    def offer(self, status: InvitationStatus) -> bool:
        """Take `status` to be sent; False when the reader is too far behind."""
        if len(self._pending) >= MAX_PENDING:
            return False
        self._pending.append(status)
        self._news.set()
        return True

    def end(self) -> None:
        """Send what is pending, then end the response properly."""
        self._ended = True
        self._news.set()

    def abandon(self) -> None:
        """End the response even while it waits for its reader."""
        self._pending.clear()
        self.end()
        if self._sending is not None:
            self._sending.reschedule(asyncio.get_running_loop().time())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(None) as self._sending:
                await super().__call__(scope, receive, send)
        except TimeoutError:
            pass  # abandoned; the server closes the connection of a response that was left unfinished
        finally:
            self._streams.remove(self)

    async def _chunks(self) -> AsyncIterator[bytes]:
        while True:
            if self._pending:
                chunk = b"".join(_event(status) for status in self._pending)
                self._pending.clear()
                yield chunk
            elif self._ended:
                return
            else:
                self._news.clear()
                try:
                    async with asyncio.timeout(KEEP_ALIVE_S):
                        await self._news.wait()
                except TimeoutError:
                    yield _KEEP_ALIVE


def _event(status: InvitationStatus) -> bytes:
    return b"data: " + msgspec.json.encode(status_fields(status)) + b"\n\n"
