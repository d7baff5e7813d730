"""The JSON API of accounts, which the commands use while the province runs."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from province.office import Office
from province.passwords import MOST
from province.places.plan import Window
from province.role import Role
from province.web.api import OnlyOperator


class Named(BaseModel):
    """A user or token by name."""

    name: str = Field(max_length=64)


class NewToken(Named):
    """A token to make."""

    role: Role
    hall: str | None = Field(None, min_length=1, max_length=64)


class NewUser(NewToken):
    """A user to make."""

    password: str = Field(max_length=MOST)


class NewPassword(Named):
    """Another password for a user."""

    password: str = Field(max_length=MOST)


class Made(BaseModel):
    """A new token: told this once."""

    token: str


class Done(BaseModel):
    """What was changed."""

    name: str


class PlacedWindow(BaseModel):
    """In which hall a window is, and what it is called."""

    window: str = Field(min_length=1, max_length=64)
    hall: str = Field(min_length=1, max_length=64)
    name: str = Field("", max_length=64)


def accounts(office: Office) -> APIRouter:
    """The paths of accounts under /api/v1, all for operators."""
    router = APIRouter(prefix="/api/v1", dependencies=[OnlyOperator])

    @router.post("/users")
    def add_user(user: NewUser) -> Done:
        office.add_user(user.name, password=user.password, role=user.role, hall=user.hall)
        return Done(name=user.name)

    @router.post("/users/password")
    def set_password(user: NewPassword) -> Done:
        office.set_password(user.name, user.password)
        return Done(name=user.name)

    @router.post("/users/disable")
    def disable_user(user: Named) -> Done:
        office.disable_user(user.name)
        return Done(name=user.name)

    @router.post("/tokens")
    def make_token(token: NewToken) -> Made:
        return Made(token=office.make_token(token.name, role=token.role, hall=token.hall))

    @router.post("/tokens/revoke")
    def revoke_token(token: Named) -> Done:
        office.revoke_token(token.name)
        return Done(name=token.name)

    @router.post("/windows")
    def place_window(window: PlacedWindow) -> Done:
        office.place_window(Window(window.window, window.hall, window.name))
        return Done(name=window.window)

    return router
