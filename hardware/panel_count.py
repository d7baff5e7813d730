"""The running counts of a panel's presses: which sentence is a new press, and how many never reached us."""

from __future__ import annotations

from dataclasses import dataclass

from hardware.key_panel import KEYS
from hardware.sentence import COUNT_MODULUS

_HALF = COUNT_MODULUS // 2


@dataclass(slots=True)
class _KeyCount:
    """One key: the newest count by any evidence, and that of the newest press we were told of."""

    known: int | None = None
    heard: int | None = None

    def ahead(self, count: int) -> int:
        """How many presses `count` is after the newest known, modulo the wrap; 0 at the baseline."""
        return 0 if self.known is None else (count - self.known) % COUNT_MODULUS


class PanelCount:
    """The counts of all keys of one panel since its line was opened.

    Less than half a turn ahead is forward, so that 65535 is followed by 0; anything else is lower, and means
    that the panel restarted. A restart after more than 32767 presses of a key looks like a wrap: its next
    press is one press all the same, but too many are then reported lost.
    """

    def __init__(self) -> None:
        self._keys = [_KeyCount() for _ in range(KEYS)]
        self.repeats = 0
        self.lost_presses = 0
        self.restarts = 0

    def is_press(self, key: int, count: int) -> bool:
        """Take note of a press of `key` (1 to 5) told with `count`; False when it was told before."""
        of_key = self._keys[key - 1]
        if count == of_key.heard:
            self.repeats += 1
            return False
        ahead = of_key.ahead(count)
        if ahead >= _HALF:
            self._restart()
        elif ahead > 0:
            self.lost_presses += ahead - 1
        elif of_key.heard is not None:
            # A heartbeat overtook this press and had it reported lost.
            self.lost_presses -= 1
        self._keys[key - 1] = _KeyCount(known=count, heard=count)
        return True

    def heartbeat(self, counts: tuple[int, ...]) -> None:
        """Compare with the panel's own `counts` of keys 1 to 5: those ahead of ours were lost on the way."""
        steps = [of_key.ahead(count) for of_key, count in zip(self._keys, counts, strict=True)]
        if any(ahead >= _HALF for ahead in steps):
            self._restart()
        else:
            self.lost_presses += sum(steps)
        for of_key, count in zip(self._keys, counts, strict=True):
            of_key.known = count

    def _restart(self) -> None:
        # All keys count anew: a count of the panel's former life must not make a press look like a repeat.
        self.restarts += 1
        self._keys = [_KeyCount() for _ in range(KEYS)]
