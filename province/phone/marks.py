"""Who is meant by the few bytes in a link: devices and windows by their marks, read when one is not known."""

from __future__ import annotations

import threading

import sqlalchemy as sa

from device.clock import Clock
from device.phone_link import device_mark
from province.phone.keys import window_mark
from province.store import registry, windows
from province.store.database import Database
from province.store.device_tables import assignments

AGAIN_MS = 5_000  # links that somebody made up must not have the registry read each time


class Marks:
    """Any thread."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._turn = threading.Lock()
        self._read_ms: int | None = None
        self._devices: dict[bytes, list[str]] = {}
        self._windows: dict[bytes, str] = {}

    def devices(self, mark: bytes) -> list[str]:
        """The devices that share `mark`: mostly one. Raises StoreError."""
        if mark not in self._devices:
            self._read()
        return self._devices.get(mark, [])

    def windows(self, mark: bytes) -> dict[bytes, str]:
        """The windows that are known, `mark` looked for. Raises StoreError."""
        if mark not in self._windows:
            self._read()
        return self._windows

    def _read(self) -> None:
        with self._turn:
            now_ms = self._clock.mono_ms()
            if self._read_ms is not None and now_ms - self._read_ms < AGAIN_MS:
                return
            self._read_ms = now_ms
            with self._database.read() as connection:
                named = registry.all_devices(connection)
                served = connection.execute(sa.select(assignments.c.window).distinct()).scalars()
                known = {*served, *windows.all_windows(connection)}
            devices: dict[bytes, list[str]] = {}
            for one in named:
                devices.setdefault(device_mark(one.device), []).append(one.device)
            self._devices = devices
            self._windows = {window_mark(window): window for window in known}
