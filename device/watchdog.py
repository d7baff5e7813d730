"""The service manager's watchdog: fed while a process does its work, so that a stuck one is restarted."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping

from device.clock import Clock
from device.service_notice import notify_service

log = logging.getLogger(__name__)

FEED_EVERY_MS = 2_000


def watchdog_wanted(environment: Mapping[str, str], pid: int) -> bool:
    """Whether the service manager watches over process `pid` (sd_watchdog_enabled(3))."""
    return "WATCHDOG_USEC" in environment and environment.get("WATCHDOG_PID", str(pid)) == str(pid)


class Watchdog:
    """`wanted`: without it nothing is sent. Belongs to one thread: the one whose work it proves."""

    def __init__(
        self, *, clock: Clock, wanted: bool | None = None, notify: Callable[[str], None] = notify_service
    ) -> None:
        self._clock = clock
        self._wanted = watchdog_wanted(os.environ, os.getpid()) if wanted is None else wanted
        self._notify = notify
        self._fed_ms: int | None = None
        self._failed = False

    def feed(self) -> None:
        """The process has just done some of its work. Never waits, never raises."""
        now_ms = self._clock.mono_ms()
        if not self._wanted or (self._fed_ms is not None and now_ms - self._fed_ms < FEED_EVERY_MS):
            return
        try:
            self._notify("WATCHDOG=1")
        except OSError as error:
            if not self._failed:
                log.error('watchdog=unfed why="%s"', error)
            self._failed = True
        else:
            self._fed_ms = now_ms
            self._failed = False
