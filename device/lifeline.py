"""The device's signs of life: the screen answers, the loop hears it, the service manager is told."""

from __future__ import annotations

from collections.abc import Callable

from device.clock import Clock
from device.service_notice import notify_service
from device.watchdog import Watchdog

STALE_MS = 4_000
"""Two of the screen's beats: an older answer says nothing of the screen now."""


class Lifeline:
    """Belongs to the device loop's thread, so that what it tells proves that both screen and loop go on.

    A loop that is stuck hears nothing; a screen that is stuck says nothing; either way nobody is told.
    `begin` starts what can wait for the first screen, and is over before the device is said to be ready.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        watchdog: Watchdog,
        notify: Callable[[str], None] = notify_service,
        begin: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock = clock
        self._watchdog = watchdog
        self._notify = notify
        self._begin = begin
        self._ready = False

    def screen_answered(self, at_ms: int) -> None:
        """The screen drew, or could have drawn, at `at_ms`.

        Raises OSError when READY cannot be told, and what `begin` raises.
        """
        if not self._ready:
            self._begin()
            self._notify("READY=1")
            self._ready = True
        # Answers that piled up while the loop was stuck prove nothing.
        if self._clock.mono_ms() - at_ms < STALE_MS:
            self._watchdog.feed()
