"""The JSON API for pictures and log bundles. Every path needs the operator's token (web.guard)."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from device.errors import InvalidField
from device.province_settings import PHOTO_BYTES
from province.blob_folder import BlobFolder
from province.bundles import Bundles
from province.errors import NoBundle
from province.steering import Steering
from province.store.database import Database
from province.web.api import OnlyOperator

_Device = Annotated[str, Path(max_length=64)]
_Hash = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


class NewPhoto(BaseModel):
    """A picture of a clerk: JPEG or PNG, at most 256 KiB, in base64."""

    content: str = Field(max_length=PHOTO_BYTES * 4 // 3 + 8)


class KeptPhoto(BaseModel):
    """The hash of the picture as devices get it: the value of `clerk.ID.photo` in settings."""

    sha256: str


class BundleEntry(BaseModel):
    """A log bundle. `kept_at` null: the device has announced it and not brought it yet."""

    sha256: str
    size: int
    order: str | None
    announced_at: str
    kept_at: str | None


class BundleList(BaseModel):
    """A device's log bundles, the newest first."""

    bundles: list[BundleEntry]


def blob_api(database: Database, folder: BlobFolder, *, steering: Steering) -> APIRouter:
    """The paths under /api/v1 by which an operator gives pictures and takes bundles."""
    router = APIRouter(prefix="/api/v1", dependencies=[OnlyOperator])
    bundles = Bundles(database, folder)

    @router.post("/photos", response_model=KeptPhoto)
    def keep_photo(wanted: NewPhoto) -> KeptPhoto:
        try:
            content = base64.b64decode(wanted.content, validate=True)
        except binascii.Error:
            raise InvalidField("content", "is not base64") from None
        return KeptPhoto(sha256=steering.keep_photo(content))

    @router.get("/devices/{device}/bundles", response_model=BundleList)
    def list_bundles(device: _Device) -> BundleList:
        return BundleList(
            bundles=[
                BundleEntry(
                    sha256=bundle.sha256,
                    size=bundle.size,
                    order=bundle.for_order,
                    announced_at=bundle.noted_at,
                    kept_at=bundle.kept_at,
                )
                for bundle in bundles.of(device)
            ]
        )

    @router.get("/devices/{device}/bundles/{sha256}", response_class=Response)
    def read_bundle(device: _Device, sha256: _Hash) -> Response:
        try:
            content = bundles.content(device, sha256=sha256)
        except NoBundle as error:
            raise HTTPException(404, str(error)) from None
        disposition = {"Content-Disposition": f'attachment; filename="{sha256[:12]}.tar.gz"'}
        return Response(content, media_type="application/gzip", headers=disposition)

    return router
