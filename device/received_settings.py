"""The settings that the agent received, read from sync.db: proven again before they are believed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from device.province_settings import ProvinceSettings
from device.sqlite_file import look_into

Verify = Callable[[bytes], ProvinceSettings]
"""Proves settings as received (JWS): by the province, for this device. Raises ContractError."""


class ReceivedSettings:
    """Reads the agent's sync.db. Belongs to the thread that calls it; opens the file for each look."""

    def __init__(self, path: Path, verify: Verify) -> None:
        self._path = path
        self.verify = verify

    def newer_than(self, version: int) -> tuple[int, bytes] | None:
        """Version and JWS of what the agent holds, if it claims to be newer; not proven yet."""
        sql = "SELECT version, jws FROM settings WHERE version > ?"
        for newer, jws in look_into(self._path, sql, version, kinds=(int, bytes)):
            return newer, jws
        return None
