"""The keeper of blobs: lets go of files that nobody has to do with any more."""

from __future__ import annotations

import logging
from datetime import timedelta

from device.clock import Clock
from province.blob_folder import BlobFolder
from province.errors import StoreError
from province.store import blobs
from province.store.database import Database

log = logging.getLogger(__name__)

EVERY_MS = 3_600_000
# A picture is written before the settings that name it: what is young may be about to be named.
AT_LEAST = timedelta(days=1)


class BlobKeeper:
    """Sweeps when it is asked to look, once an hour; belongs to one thread. What fails is tried again."""

    def __init__(self, database: Database, folder: BlobFolder, *, clock: Clock) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock
        self._next_ms = 0
        self._failing = False

    def look(self) -> None:
        """Remove files older than a day that no device has to do with."""
        now = self._clock.now()
        if now.mono_ms < self._next_ms:
            return
        self._next_ms = now.mono_ms + EVERY_MS
        try:
            with self._database.read() as connection:
                needed = blobs.needed(connection)
            removed = self._folder.sweep(needed, before_s=(now.wall - AT_LEAST).timestamp())
        except StoreError as error:
            if not self._failing:
                log.warning("blobs are not swept why=%r", str(error))
            self._failing = True
            return
        self._failing = False
        if removed:
            log.info("blobs swept files=%d", removed)
