"""The steering of a province that is running: asked over its own HTTP, for one process alone writes."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from province.remote_office import RemoteOffice


class RemoteSteering:
    """Asks by way of the office. Every method raises RegistrationError, ServiceError."""

    def __init__(self, office: RemoteOffice) -> None:
        self._office = office

    def change_settings(self, device: str, changes: Mapping[str, str]) -> int:
        """Set keys, the others stay; the new version."""
        return int(self._ask(device, "settings", {"changes": dict(changes)})["version"])

    def replace_settings(self, device: str, body: object) -> int:
        """Set everything anew; the new version."""
        return int(self._ask(device, "settings", {"settings": body})["version"])

    def settings(self, device: str) -> dict[str, Any]:
        """What is set, and which version is in force."""
        return self._ask(device, "settings/show", {})

    def order(self, device: str, kind: str, arguments: Mapping[str, str]) -> str:
        """Order something to be done once; the order's id."""
        return str(self._ask(device, "orders", {"kind": kind, "arguments": dict(arguments)})["id"])

    def keep_photo(self, content: bytes) -> str:
        """Make a picture ready for devices and keep it; its SHA-256."""
        said = base64.b64encode(content).decode("ascii")
        return str(self._office.ask("/api/v1/photos", {"content": said})["sha256"])

    def _ask(self, device: str, what: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._office.ask(f"/api/v1/devices/{quote(device, safe='')}/{what}", body)
