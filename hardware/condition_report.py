"""The report of how a panel is: each change enqueued and logged once."""

from __future__ import annotations

import logging

from device.clock import Clock
from device.events import PanelChanged, PanelCondition
from device.inbox import Inbox

_log = logging.getLogger(__name__)


class ConditionReport:
    """Remembers what was last reported of one panel, named `panel` in the log. One thread at a time."""

    def __init__(self, panel: str, inbox: Inbox, clock: Clock) -> None:
        self._panel = panel
        self._inbox = inbox
        self._clock = clock
        self._reported = PanelCondition.OK

    def tell(self, condition: PanelCondition, why: str) -> None:
        """Enqueue PanelChanged, unless the panel was so already. `why` must not name a key."""
        if condition is self._reported:
            return
        self._reported = condition
        level = logging.INFO if condition is PanelCondition.OK else logging.WARNING
        _log.log(level, 'panel=%s condition=%s why="%s"', self._panel, condition, why)
        self._inbox.put(PanelChanged(condition, self._clock.mono_ms(), why))
