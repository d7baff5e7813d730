"""Blobs over HTTPS: a device fetches what is meant for it, and brings what it was asked for."""

from __future__ import annotations

import re

import anyio.to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from device.clock import Clock, wall_text
from province.blob_folder import BlobFolder, BlobPart
from province.device_web.door import Door
from province.errors import NoRoom
from province.ingest.alarm import AlarmCode
from province.store import blobs
from province.store.blobs import Blob, Purpose
from province.store.database import Database
from province.web.guard import error_response

PATH = "/device/v1/blobs/{sha256}"

_NAME = re.compile(r"[0-9a-f]{64}", re.ASCII)
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Blobs:
    """The two things that are done with a blob. `most`: bytes that a device may bring at once. Any thread."""

    def __init__(
        self, database: Database, folder: BlobFolder, *, door: Door, clock: Clock, most: int
    ) -> None:
        self._database = database
        self._folder = folder
        self._door = door
        self._clock = clock
        self._most = most

    def routes(self) -> list[Route]:
        """For registered devices only."""
        return [
            Route(PATH, self._door.for_device(self._give), methods=["GET"]),
            Route(PATH, self._door.for_device(self._take), methods=["PUT"]),
        ]

    async def _give(self, request: Request, device: str) -> Response:
        sha256 = request.path_params["sha256"]
        blob = await anyio.to_thread.run_sync(self._find, device, sha256, Purpose.PHOTO)
        content = None if blob is None else await anyio.to_thread.run_sync(self._folder.read, sha256)
        if content is None:
            return error_response(404, "not_found", "no such blob is meant for this device")
        return Response(content, media_type="application/octet-stream", headers=_HEADERS)

    async def _take(self, request: Request, device: str) -> Response:
        sha256 = request.path_params["sha256"]
        length = _length(request)
        if length is not None and length > self._most:
            return await self._too_large(device)
        blob = await anyio.to_thread.run_sync(self._find, device, sha256, Purpose.BUNDLE)
        if blob is None:
            await self._read_away(request)
            return error_response(409, "not_asked", "nobody has asked this device for such a blob")
        if blob.size > self._most:
            return await self._too_large(device)
        if length is not None and length != blob.size:
            await self._read_away(request)
            return error_response(422, "invalid", f"has {length} bytes, announced were {blob.size}")
        if blob.kept_at is not None:
            await self._read_away(request)
            return Response(status_code=200)
        try:
            return await self._receive(request, blob)
        except NoRoom:
            await self._read_away(request)
            return error_response(507, "no_room", "the province has no room for it now; bring it again later")
        except ClientDisconnect:
            return Response(status_code=400)  # nobody hears it; what came is gone

    async def _receive(self, request: Request, blob: Blob) -> Response:
        part = await anyio.to_thread.run_sync(self._folder.begin, blob.sha256)
        try:
            async for piece in request.stream():
                if part.size + len(piece) > blob.size:
                    return await self._too_large(blob.device)
                await anyio.to_thread.run_sync(part.write, piece)
            if not await anyio.to_thread.run_sync(self._keep, part, blob):
                detail = "a blob whose bytes are not those that its name says"
                await anyio.to_thread.run_sync(self._door.alarm, blob.device, AlarmCode.BLOB_REFUSED, detail)
                return error_response(422, "invalid", "its bytes are not those that its name says")
        finally:
            part.discard()
        return Response(status_code=201)

    def _keep(self, part: BlobPart, blob: Blob) -> bool:
        if not part.finish():
            return False
        with self._database.write() as connection:
            at = wall_text(self._clock.now().wall)
            blobs.note_kept(connection, blob.device, blob.sha256, at=at)
        return True

    async def _too_large(self, device: str) -> Response:
        detail = "a blob larger than announced or allowed"
        await anyio.to_thread.run_sync(self._door.alarm, device, AlarmCode.BLOB_REFUSED, detail)
        return error_response(413, "too_large", f"allowed: what was announced, at most {self._most} bytes")

    async def _read_away(self, request: Request) -> None:
        """Let the device finish: it would not hear an answer over a line that is closed while it speaks."""
        read = 0
        try:
            async for piece in request.stream():
                read += len(piece)
                if read > self._most:
                    return
        except (ClientDisconnect, RuntimeError):  # it is gone, or its body was being read already
            return

    def _find(self, device: str, sha256: str, purpose: Purpose) -> Blob | None:
        if not _NAME.fullmatch(sha256):
            return None
        with self._database.read() as connection:
            return blobs.find(connection, device, sha256, purpose)


def _length(request: Request) -> int | None:
    """What Content-Length says; h11 has seen to it that it is a number."""
    said = request.headers.get("content-length")
    return None if said is None else int(said)
