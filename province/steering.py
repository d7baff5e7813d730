"""Steering devices: what an operator sets on them, done in this process on its own database."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol

import msgspec
import sqlalchemy as sa

from device.clock import Clock, wall_text
from device.errors import InvalidField
from device.province_settings import Photo
from province.blob_folder import BlobFolder
from province.errors import RegistrationError
from province.photo import prepare
from province.settings_change import changed
from province.settings_message import check_deliverable
from province.store import blobs, orders, presence, registry, settings
from province.store.database import Database
from province.store.settings import Body
from sync.contract.messages import Arguments, Code

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)

ORDER_LASTS = timedelta(minutes=10)


class Steering(Protocol):
    """What commands ask for, whether the province runs beside them or not."""

    def change_settings(self, device: str, changes: Mapping[str, str]) -> int:
        """Set keys, the others stay; the new version. Raises InvalidField, RegistrationError."""
        ...

    def replace_settings(self, device: str, body: object) -> int:
        """Set everything anew; the new version. Raises InvalidField, RegistrationError."""
        ...

    def settings(self, device: str) -> dict[str, Any]:
        """What is set, and which version is in force. Raises RegistrationError."""
        ...

    def order(self, device: str, kind: str, arguments: Mapping[str, str]) -> str:
        """Order something to be done once, within ten minutes; the order's id. Raises as above."""
        ...

    def keep_photo(self, content: bytes) -> str:
        """Make a picture ready for devices and keep it; its SHA-256, for settings. Raises InvalidField."""
        ...


class LocalSteering:
    """The steering of the process that holds the database. Any thread.

    `nudge` is told of a device that something is due to, once that is committed. `blobs`: where pictures are.
    """

    def __init__(
        self, database: Database, *, blobs: BlobFolder, clock: Clock, nudge: Callable[[str], None]
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock
        self._nudge = nudge

    def change_settings(self, device: str, changes: Mapping[str, str]) -> int:
        """Set keys, the others stay; the new version. Raises InvalidField, RegistrationError."""
        with self._database.write() as connection:
            known(connection, device)
            newest = settings.newest(connection, device)
            body, window = changed(newest.body if newest else Body(), changes, size_of=self._size_of_photo)
            check_deliverable(body)
            if window is not None:
                registry.move(connection, device, window=window, at=self._now_text)
            version = self._add(connection, device, body)
        self._nudge(device)
        return version

    def replace_settings(self, device: str, body: object) -> int:
        """Set everything anew; the new version. Raises InvalidField, RegistrationError."""
        try:
            whole = msgspec.convert(body, Body)
        except msgspec.ValidationError as error:
            raise InvalidField("settings", str(error)) from None
        for photo in _photos(whole):
            if self._size_of_photo(photo.sha256) != photo.size:
                raise InvalidField("clerks.photo", f"no picture {photo.sha256} of this size is held here")
        check_deliverable(whole)
        with self._database.write() as connection:
            known(connection, device)
            version = self._add(connection, device, whole)
        self._nudge(device)
        return version

    def settings(self, device: str) -> dict[str, Any]:
        """What is set, and which version is in force. Raises RegistrationError."""
        with self._database.read() as connection:
            known(connection, device)
            newest = settings.newest(connection, device)
            at = registry.current_assignments(connection).get(device)
            in_force = presence.find(connection, device).settings_version
        return {
            "device": device,
            "version": newest.version if newest else None,
            "in_force": in_force,
            "refused": newest.refused_why if newest else None,
            "window": at.window if at else None,
            "assignment": at.number if at else None,
            "settings": msgspec.to_builtins(newest.body if newest else Body()),
        }

    def order(self, device: str, kind: str, arguments: Mapping[str, str]) -> str:
        """Order something to be done once, within ten minutes; the order's id. Raises as above."""
        try:
            msgspec.convert(kind, Code)
            msgspec.convert(dict(arguments), Arguments)
        except msgspec.ValidationError as error:
            raise InvalidField("order", str(error)) from None
        now = self._clock.now().wall
        with self._database.write() as connection:
            known(connection, device)
            id_ = orders.add(
                connection, device, kind, arguments, at=wall_text(now), expires=wall_text(now + ORDER_LASTS)
            )
        self._nudge(device)
        return id_

    def keep_photo(self, content: bytes) -> str:
        """Make a picture ready for devices and keep it; its SHA-256, for settings. Raises InvalidField."""
        return self._blobs.keep(prepare(content))

    def _add(self, connection: sa.Connection, device: str, body: Body) -> int:
        return add_settings(connection, device, body, at=self._now_text)

    def _size_of_photo(self, sha256: str) -> int | None:
        return self._blobs.size(sha256) if _SHA256.fullmatch(sha256) else None

    @property
    def _now_text(self) -> str:
        return wall_text(self._clock.now().wall)


def _photos(body: Body) -> list[Photo]:
    return [clerk.photo for clerk in body.clerks if clerk.photo is not None]


def add_settings(connection: sa.Connection, device: str, body: Body, *, at: str) -> int:
    """The device is to have `body`, and its pictures, from now on; the new version's number."""
    photos = {photo.sha256: photo.size for photo in _photos(body)}
    blobs.name_photos(connection, device, photos, at=at)
    return settings.add(connection, device, body, at=at)


def known(connection: sa.Connection, device: str) -> None:
    """Raises RegistrationError for a device that is not registered."""
    if registry.find(connection, device) is None:
        raise RegistrationError(f"no device {device} is registered; see `chuangping province devices list`")
