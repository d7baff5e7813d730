"""Logging in and out."""

from __future__ import annotations

import hmac
import secrets
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from province.web.door import COOKIE, Closed, Door, Visitor
from province.web.drawing import is_page
from province.web.forms import Form

Once = Annotated[str, Query(max_length=100)]


def login_page(
    door: Door,
    request: Request,
    visitor: Visitor,
    status: int,
    *,
    reason: str,
    wait_s: int = 0,
    to: str = "/",
) -> Response:
    """The login page; `reason` is the name of its words, `to` where to go afterwards."""
    secret = request.cookies.get("form", "")[:100] or secrets.token_urlsafe(32)
    text = door.drawing.draw(
        "login",
        visitor.language,
        reason=reason,
        wait_s=wait_s,
        entered=visitor.principal is not None,
        secret=secret,
        to=to if is_page(to) else "/",
    )
    answer = HTMLResponse(text, status)
    if wait_s:
        answer.headers["Retry-After"] = str(wait_s)
    door.remember_language(answer, request, visitor.language)
    return door.give_form_secret(answer, secret)


def login_needed(door: Door, request: Request, visitor: Visitor) -> Response:
    """The login page for whoever asks for another one."""
    reason = "login_stale" if visitor.stale else "login_needed"
    return login_page(door, request, visitor, 401, reason=reason, to=request.url.path)


def entry(door: Door) -> APIRouter:
    """The paths of the door."""
    router = APIRouter(include_in_schema=False)

    @router.get("/login")
    def show(request: Request, once: Once = "") -> Response:
        visitor = door.visitor(request)
        if not once:
            return login_page(door, request, visitor, 200, reason="login_needed")
        session = door.enter_once(once)
        if session is None:
            return login_page(door, request, visitor, 410, reason="login_used")
        return door.give(RedirectResponse("/", 303), session)

    @router.post("/login")
    def log_in(request: Request, form: Form) -> Response:
        visitor = door.visitor(request)
        given, kept = form.get("secret", ""), request.cookies.get("form", "")
        if not kept or not hmac.compare_digest(given.encode(), kept.encode()):
            return login_page(door, request, visitor, 403, reason="form_old")
        to = form.get("to", "/")
        match door.enter(form.get("name", ""), form.get("password", "")):
            case Closed(wait_s):
                return login_page(door, request, visitor, 429, reason="login_closed", wait_s=wait_s, to=to)
            case None:
                return login_page(door, request, visitor, 401, reason="login_wrong", to=to)
            case str(session):
                if visitor.session is not None:
                    door.leave(visitor.session)
                return door.give(RedirectResponse(to if is_page(to) else "/", 303), session)

    @router.post("/logout")
    def log_out(request: Request, form: Form) -> Response:
        visitor = door.visitor(request)
        if visitor.session is None or not visitor.sent(form):
            return login_page(door, request, visitor, 403, reason="form_old")
        door.leave(visitor.session)
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(COOKIE)
        return answer

    return router
