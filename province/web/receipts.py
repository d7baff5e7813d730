"""The page where a citizen looks up a receipt code; nobody has to log in for it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from province.receipt_desk import ReceiptDesk, Wait
from province.web.door import Door
from province.web.forms import Form

_Code = Annotated[str, Query(max_length=64)]


def receipts(desk: ReceiptDesk, door: Door) -> APIRouter:
    """The path /receipt. The word never stands in an address."""
    router = APIRouter(include_in_schema=False)

    def drawn(request: Request, status: int, **values: object) -> Response:
        language = door.visitor_at_rest(request).language
        shown = {"code": "", "found": None, "wait_s": 0, "wrong": False, **values}
        answer = HTMLResponse(door.drawing.draw("receipt", language, **shown), status)
        return door.remember_language(answer, request, language)

    @router.get("/receipt")
    def ask(request: Request, code: _Code = "") -> Response:
        return drawn(request, 200, code=code)

    @router.post("/receipt")
    def answer(request: Request, form: Form) -> Response:
        code = form.get("code", "")[:64]
        match desk.look_up(code, form.get("word", "")):
            case Wait(wait_s):
                page = drawn(request, 429, code=code, wait_s=wait_s)
                page.headers["Retry-After"] = str(wait_s)
                return page
            case None:
                return drawn(request, 404, code=code, wrong=True)
            case found:
                return drawn(request, 200, code=code, found=found)

    return router
