"""What operators do with one device on its page: order it something, shut it out, let it in again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from device.clock import Clock
from device.errors import InvalidField
from province.errors import RegistrationError
from province.office import Office
from province.revocation import MOST_WHY
from province.role import Principal
from province.steering import Steering
from province.store.database import Database
from province.web.actions import operator_of
from province.web.door import Door
from province.web.forms import Form
from province.web.pages import Pages

ORDERS = frozenset({"restart", "collect_logs"})
BY_LINK = "one-time login"

_Device = Annotated[str, Path(max_length=64)]
Act = Callable[[str, Principal, Mapping[str, str]], list[str]]
"""What is done with a device; what of it is left to do by hand. Raises InvalidField with a fault's name."""


def device_actions(
    database: Database, *, clock: Clock, door: Door, office: Office, steering: Steering
) -> APIRouter:
    """The paths that the forms of a device's page are sent to."""
    router = APIRouter(include_in_schema=False, prefix="/devices/{device}")
    drawn = Pages(database, clock=clock, drawing=door.drawing)

    def order(device: str, _who: Principal, form: Mapping[str, str]) -> list[str]:
        if form.get("kind") not in ORDERS:
            raise InvalidField("order", "is not one of the page's")
        steering.order(device, form["kind"], {})
        return []

    def revoke(device: str, who: Principal, form: Mapping[str, str]) -> list[str]:
        if form.get("sure") != "yes":
            raise InvalidField("sure", "must be ticked")
        return office.revoke(device, why=_why(form), by=who.name or BY_LINK).left

    def reinstate(device: str, who: Principal, form: Mapping[str, str]) -> list[str]:
        return office.reinstate(device, why=_why(form), by=who.name or BY_LINK).left

    def add(path: str, act: Act) -> None:
        def endpoint(request: Request, device: _Device, form: Form) -> Response:
            visitor = door.visitor(request)
            who = operator_of(door, drawn, request, visitor, form)
            if isinstance(who, Response):
                return who
            try:
                left, fault = act(device, who, form), ""
            except InvalidField as error:
                left, fault = [], error.field
            except RegistrationError:
                return RedirectResponse("/devices", 303)
            if not left and not fault:
                return RedirectResponse(f"/devices/{quote(device, safe='')}", 303)
            page = drawn.device(device, visitor, who, left=left, fault=fault)
            return HTMLResponse(page, 422 if fault else 200) if page else RedirectResponse("/devices", 303)

        router.add_api_route(path, endpoint, methods=["POST"], response_model=None)

    add("/order", order)
    add("/revoke", revoke)
    add("/reinstate", reinstate)
    return router


def _why(form: Mapping[str, str]) -> str:
    why = form.get("why", "")
    if not 0 < len(why) <= MOST_WHY or not why.isprintable():
        raise InvalidField("why", f"must be one line of 1 to {MOST_WHY} characters")
    return why
