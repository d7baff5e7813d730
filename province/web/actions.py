"""What operators do on the page: alarms seen to, users made and disabled, windows placed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from device.clock import Clock
from province.errors import AccountError
from province.office import Office
from province.places.plan import Window
from province.role import Principal, Role
from province.store import alarms
from province.store.database import Database
from province.web.door import Door, Visitor
from province.web.entry import login_needed, login_page
from province.web.forms import Form
from province.web.pages import Pages

Change = Callable[[Principal, Mapping[str, str]], None]


def operator_of(
    door: Door, drawn: Pages, request: Request, visitor: Visitor, form: Mapping[str, str]
) -> Principal | Response:
    """The operator who sent a form that was drawn for them; for anybody else the answer that they get."""
    who = visitor.principal
    if who is None:
        return login_needed(door, request, visitor)
    if not who.is_operator:
        return HTMLResponse(drawn.forbidden(visitor), 403)
    if not visitor.sent(form):
        return login_page(door, request, visitor, 403, reason="form_old")
    return who


def actions(database: Database, *, clock: Clock, door: Door, office: Office) -> APIRouter:
    """The paths that forms are sent to."""
    router = APIRouter(include_in_schema=False)
    drawn = Pages(database, clock=clock, drawing=door.drawing)

    def acknowledge(who: Principal, form: Mapping[str, str]) -> None:
        number = form.get("alarm", "")
        if number.isascii() and number.isdecimal() and len(number) < 16:
            with database.write() as connection:
                alarms.acknowledge(connection, int(number), by=who.name, now=clock.now().wall)

    def add_user(_who: Principal, form: Mapping[str, str]) -> None:
        role = Role(form["role"]) if form.get("role") in set(Role) else Role.VIEWER
        hall = form.get("hall") or None
        office.add_user(form.get("name", ""), password=form.get("password", ""), role=role, hall=hall)

    def disable_user(who: Principal, form: Mapping[str, str]) -> None:
        if form.get("name") == who.name:
            raise AccountError("self", "one cannot shut oneself out")
        office.disable_user(form.get("name", ""))

    def set_password(_who: Principal, form: Mapping[str, str]) -> None:
        office.set_password(form.get("name", ""), form.get("password", ""))

    def place_window(_who: Principal, form: Mapping[str, str]) -> None:
        window, hall = form.get("window", ""), form.get("hall", "")
        if not (0 < len(window) <= 64 and 0 < len(hall) <= 64):
            raise AccountError("window", "a window and its hall have 1 to 64 characters")
        office.place_window(Window(window, hall, form.get("title", "")[:64]))

    def act(request: Request, form: Mapping[str, str], page: str, change: Change) -> Response:
        visitor = door.visitor(request)
        who = operator_of(door, drawn, request, visitor, form)
        if isinstance(who, Response):
            return who
        try:
            change(who, form)
        except AccountError as error:
            return HTMLResponse(drawn.page(page, visitor, who, fault=error.code), 409)
        return RedirectResponse(f"/{page}", 303)

    def add(path: str, page: str, change: Change) -> None:
        def endpoint(request: Request, form: Form) -> Response:
            return act(request, form, page, change)

        router.add_api_route(path, endpoint, methods=["POST"], response_model=None)

    add("/alarms/acknowledge", "alarms", acknowledge)
    add("/users/add", "users", add_user)
    add("/users/disable", "users", disable_user)
    add("/users/password", "users", set_password)
    add("/windows/place", "users", place_window)
    return router
