"""The paths of the pages behind the login, kept current without reload."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Annotated

import anyio
import anyio.to_thread
import msgspec
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from device.clock import Clock
from province.errors import StoreError
from province.store.database import Database
from province.web.door import Door, Visitor
from province.web.drawing import PATHS, pages_of
from province.web.entry import login_needed
from province.web.pages import Pages, Said

LIST_LOOK_S = 2.0  # the same for the list of devices: thousands are read and sorted each time
LOOK_S = 0.5  # how often an open page looks for something new
SILENCE_LOOKS = 30  # after so many looks without news, a word that the line is alive

PageName = Annotated[str, Query(alias="page", max_length=16)]


def pages(database: Database, *, clock: Clock, door: Door, closing: Callable[[], bool]) -> APIRouter:
    """The paths of the pages."""
    router = APIRouter(include_in_schema=False)
    drawn = Pages(database, clock=clock, drawing=door.drawing)

    def show(request: Request) -> Response:
        visitor = door.visitor(request)
        path = request.url.path
        if visitor.principal is None:
            return login_needed(door, request, visitor)
        name = dict(pages_of(visitor.principal)).get(path)
        if name is None and path == PATHS["overview"]:
            return RedirectResponse(PATHS["devices"], 303)
        if name is None:
            return HTMLResponse(drawn.forbidden(visitor), 403)
        answer = HTMLResponse(drawn.page(name, visitor, visitor.principal, asked=_said(request)))
        return door.remember_language(answer, request, visitor.language)

    for path in PATHS.values():
        router.add_api_route(path, show, methods=["GET"], response_model=None)

    @router.get("/window", response_model=None)
    def show_window(request: Request, code: Annotated[str, Query(max_length=64)] = "") -> Response:
        visitor = door.visitor(request)
        who = visitor.principal
        if who is None:
            return login_needed(door, request, visitor)
        if not who.is_operator:
            return HTMLResponse(drawn.forbidden(visitor), 403)
        page = drawn.window(code.replace("\0", ""), visitor, who)
        if page is None:
            return RedirectResponse("/halls", 303)
        return door.remember_language(HTMLResponse(page), request, visitor.language)

    @router.get("/devices.csv", response_model=None)
    def download(request: Request) -> Response:
        visitor = door.visitor(request)
        if visitor.principal is None:
            return login_needed(door, request, visitor)
        return Response(
            drawn.table(visitor, visitor.principal, _said(request)),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="devices.csv"'},
        )

    @router.get("/devices/{device}", response_model=None)
    def show_device(request: Request, device: Annotated[str, Path(max_length=64)]) -> Response:
        visitor = door.visitor(request)
        if visitor.principal is None:
            return login_needed(door, request, visitor)
        page = drawn.device(device.replace("\0", ""), visitor, visitor.principal)
        if page is None:
            return RedirectResponse(PATHS["devices"], 303)
        return door.remember_language(HTMLResponse(page), request, visitor.language)

    @router.get("/live")
    async def live(request: Request, name: PageName = "overview") -> Response:
        visitor = await anyio.to_thread.run_sync(door.visitor_at_rest, request)
        if visitor.principal is None:
            return Response(status_code=401)
        known = {known for _, known in pages_of(visitor.principal)} | {"device"}
        if name == "users" or name not in known:
            return Response(status_code=403)
        boards = _boards(drawn, door, name, visitor, asked=_said(request), closing=closing)
        return StreamingResponse(boards, media_type="text/event-stream")

    return router


def _said(request: Request) -> Said:
    """What the address says, each name once, and nothing that is no text for PostgreSQL."""
    return {name: value[:100].replace("\0", "") for name, value in request.query_params.items()}


async def _boards(
    drawn: Pages, door: Door, name: str, visitor: Visitor, *, asked: Said, closing: Callable[[], bool]
) -> AsyncIterator[bytes]:
    """Server-sent events: the board now and whenever it has changed, while the session lasts."""
    yield b"retry: 1000\n\n"
    shown = ""
    silent = 0
    while not closing():
        try:
            who = await anyio.to_thread.run_sync(door.principal_of, visitor.session)
            if who is None or who != visitor.principal:
                return
            board = await anyio.to_thread.run_sync(drawn.board, name, visitor, who, asked)
        except StoreError:
            return  # the browser comes back by itself
        silent += 1
        if board != shown:
            shown, silent = board, 0
            yield b"data: " + msgspec.json.encode(board) + b"\n\n"
        elif silent >= SILENCE_LOOKS:
            silent = 0
            yield b": alive\n\n"
        await anyio.sleep(LOOK_S if name != "devices" else LIST_LOOK_S)
