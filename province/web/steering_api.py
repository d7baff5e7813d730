"""The JSON API by which devices are steered. Every path needs the operator's token (web.guard)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from device.errors import InvalidField
from province.steering import Steering
from province.web.api import OnlyOperator

_Device = Annotated[str, Path(max_length=64)]
_Key = Annotated[str, Field(max_length=100)]
_Value = Annotated[str, Field(max_length=400)]


class SettingsChange(BaseModel):
    """Either some keys with their values, or the whole settings."""

    changes: dict[_Key, _Value] | None = Field(None, max_length=600)
    settings: dict[str, Any] | None = None


class MadeVersion(BaseModel):
    """The number of the version that was made; the device has it as soon as it is heard."""

    version: int


class SettingsShown(BaseModel):
    """`version` is what the device is to have, `in_force` what it last said it has."""

    model_config = ConfigDict(extra="allow")
    device: str
    version: int | None
    in_force: int | None


class WantedOrder(BaseModel):
    """What a device is to do once: restart, show_notice, close_visit, invite, clean."""

    kind: str = Field(min_length=1, max_length=64)
    arguments: dict[_Key, _Value] = Field({}, max_length=16)


class GivenOrder(BaseModel):
    """The order's id; what became of it is with the device, in /api/v1/devices."""

    id: str


def steering_api(steering: Steering) -> APIRouter:
    """The paths under /api/v1/devices/{device}."""
    router = APIRouter(prefix="/api/v1/devices/{device}", dependencies=[OnlyOperator])

    @router.post("/settings", response_model=MadeVersion)
    def set_settings(device: _Device, wanted: SettingsChange) -> MadeVersion:
        if (wanted.changes is None) == (wanted.settings is None):
            raise InvalidField("changes", "give either changes or settings")
        if wanted.changes is not None:
            return MadeVersion(version=steering.change_settings(device, wanted.changes))
        return MadeVersion(version=steering.replace_settings(device, wanted.settings))

    @router.get("/settings", response_model=SettingsShown)
    @router.post("/settings/show", response_model=SettingsShown, include_in_schema=False)
    def show_settings(device: _Device) -> dict[str, Any]:
        return steering.settings(device)

    @router.post("/orders", response_model=GivenOrder)
    def give_order(device: _Device, wanted: WantedOrder) -> GivenOrder:
        return GivenOrder(id=steering.order(device, wanted.kind, wanted.arguments))

    return router
