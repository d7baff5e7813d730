"""Releasing groups of ten as they become due."""

from __future__ import annotations

import logging

from device.clock import Clock
from province.errors import StoreError
from province.store import groups
from province.store.database import Database

log = logging.getLogger(__name__)

EVERY_MS = 10_000


class Releaser:
    """Makes groups when it is asked to look; belongs to one thread. A lost database is tried again."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._next_ms = 0
        self._lost = False

    def look(self) -> None:
        """Make some of the groups that are due; at once again while there are more."""
        now = self._clock.now()
        if now.mono_ms < self._next_ms:
            return
        try:
            with self._database.write() as connection:
                made = groups.release(connection, now.wall)
        except StoreError as error:
            if not self._lost:
                log.warning("groups wait for the database why=%r", str(error))
            self._lost = True
            return
        self._lost = False
        if made < groups.PORTION:
            self._next_ms = now.mono_ms + EVERY_MS
