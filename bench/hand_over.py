"""The hand-overs of a press on its way through the device, and when each first happened."""

from __future__ import annotations

import time
from enum import StrEnum


class HandOver(StrEnum):
    """What is noted, in the order in which it happens."""

    KEY_STAMPED = "key event in the inbox"
    TOUCH_STAMPED = "touch event in the inbox"
    BEEP_SENT = "click sent to the panel"
    LAMPS_SENT = "dark lamps lit: sent to the panel"
    FRAME_CHANGED = "first changed frame"
    HIGHLIGHT_SHOWN = "highlight handed to the screen"
    HIGHLIGHT_DRAWN = "highlight drawn: the first changed frame"
    RECORDED = "row handed to the ledger"
    COMMITTED = "row committed"
    SAVED_SHOWN = "“saved” handed to the screen"
    ANSWERED = "counter told “answered”"
    SAVED_DRAWN = "“saved” drawn"
    THANKS_DRAWN = "thanks drawn"
    LEVEL_DRAWN = "level screen drawn"
    IDLE_DRAWN = "idle screen drawn"


class Notes:
    """When each hand-over first happened since `clear`, in nanoseconds of the monotonic clock. Any thread."""

    def __init__(self) -> None:
        self._at_ns: dict[str, int] = {}

    def note(self, what: HandOver) -> None:
        """It happens now."""
        self._at_ns.setdefault(what.value, time.monotonic_ns())

    def taken(self) -> dict[str, int]:
        """What happened so far; a copy."""
        return dict(self._at_ns)

    def clear(self) -> None:
        """Forget all; a new dictionary, so that nobody's copy changes."""
        self._at_ns = {}
