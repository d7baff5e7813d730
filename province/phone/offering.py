"""The offer of rating by phone: in the settings of every device, as the configuration has it."""

from __future__ import annotations

import msgspec

from device.clock import Clock, wall_text
from device.province_settings import PhoneOffer
from province.steering import add_settings
from province.store import registry, settings
from province.store.database import Database
from province.store.settings import Body

LOOK_EVERY_MS = 10_000


class Offering:
    """Belongs to one thread. `offer` None: phones are not asked; devices that offer it are told to stop."""

    def __init__(self, database: Database, *, clock: Clock, offer: PhoneOffer | None) -> None:
        self._database = database
        self._clock = clock
        self._offer = offer
        self._settled: dict[str, int] = {}  # by device, the version of the settings that was looked at last
        self._look_at_ms = 0

    def look(self) -> None:
        """Now and then: a new version for every device whose settings say otherwise. Raises StoreError."""
        now_ms = self._clock.mono_ms()
        if now_ms < self._look_at_ms:
            return
        self._look_at_ms = now_ms + LOOK_EVERY_MS
        with self._database.read() as connection:
            versions = settings.newest_versions(connection)
            devices = [d.device for d in registry.all_devices(connection) if d.revoked_at is None]
        for device in devices:
            if self._settled.get(device) != versions.get(device, 0):
                self._settle(device)

    def _settle(self, device: str) -> None:
        with self._database.write() as connection:
            newest = settings.newest(connection, device)
            body = newest.body if newest else Body()
            version = newest.version if newest else 0
            if body.phone != self._offer:
                new = msgspec.structs.replace(body, phone=self._offer)
                version = add_settings(connection, device, new, at=wall_text(self._clock.now().wall))
        self._settled[device] = version
