"""The key test: each key is to go down alone and come up again. Pure; time comes in with the presses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from device.key_proof import KEYS

TEST_MS = 120_000
RESULT_MS = 5_000
LAST_RELEASE_MS = 1_500
"""How long a release is awaited after the last press, of a panel that has told none so far."""


class KeyMark(StrEnum):
    """How one key stands in a key test."""

    AWAITED = "awaited"
    DOWN = "down"
    PROVEN = "proven"
    MISSING = "missing"  # the test is over without it


class KeyTestEnd(StrEnum):
    """How a key test ended."""

    DONE = "done"  # every key is proven
    TIME = "time"
    STOPPED = "stopped"  # by the technician
    FAULT = "fault"  # the device can no longer keep a proof


@dataclass(frozen=True, slots=True)
class KeyTest:
    """One key test. `downs`, `ups`: when each key last did so (monotonic).

    `tells_releases`: whether this panel reports them; then a key that stays down is not proven. `end` and
    `gone_ms`: how it ended, and until when its result is shown.
    """

    until_ms: int
    tells_releases: bool = False
    downs: Mapping[int, int] = field(default_factory=dict)
    ups: Mapping[int, int] = field(default_factory=dict)
    end: KeyTestEnd | None = None
    gone_ms: int = 0

    @property
    def proven(self) -> tuple[int, ...]:
        """The keys that are proven, in order."""
        return tuple(key for key in KEYS if self._is_proven(key))

    @property
    def missing(self) -> tuple[int, ...]:
        """The others."""
        return tuple(key for key in KEYS if not self._is_proven(key))

    @property
    def marks(self) -> tuple[KeyMark, ...]:
        """How keys 1 to 5 stand."""
        return tuple(self._mark(key) for key in KEYS)

    @property
    def due_ms(self) -> int:
        """When time alone changes something."""
        if self.end is not None:
            return self.gone_ms
        complete_ms = self._complete_ms()
        return self.until_ms if complete_ms is None else complete_ms

    def down(self, key: int, at_ms: int) -> KeyTest:
        """`key` went down alone."""
        if self.end is not None or (self.tells_releases and self._is_proven(key)):
            return self
        return replace(self, downs={**self.downs, key: at_ms})

    def up(self, key: int, at_ms: int) -> KeyTest:
        """`key` came up, perhaps before it is known whether it had gone down alone."""
        if self.end is not None:
            return self
        return replace(self, tells_releases=True, ups={**self.ups, key: at_ms})

    def passed(self, now_ms: int) -> KeyTest | None:
        """As it is at `now_ms`; None when its result has been shown."""
        if self.end is not None:
            return self if now_ms < self.gone_ms else None
        complete_ms = self._complete_ms()
        if complete_ms is not None and now_ms >= complete_ms:
            return self.ended(KeyTestEnd.DONE, now_ms)
        return self.ended(KeyTestEnd.TIME, now_ms) if now_ms >= self.until_ms else self

    def ended(self, end: KeyTestEnd, now_ms: int) -> KeyTest:
        """As it is when it ends now."""
        return replace(self, end=end, gone_ms=now_ms + RESULT_MS)

    def _complete_ms(self) -> int | None:
        """When every key is proven, None while one is not."""
        if self.missing:
            return None
        last_ms = max(self.downs.values())
        return last_ms if self.tells_releases else last_ms + LAST_RELEASE_MS

    def _is_proven(self, key: int) -> bool:
        if key not in self.downs:
            return False
        return not self.tells_releases or self.ups.get(key, -1) >= self.downs[key]

    def _mark(self, key: int) -> KeyMark:
        if self._is_proven(key):
            return KeyMark.PROVEN
        if self.end is not None:
            return KeyMark.MISSING
        return KeyMark.DOWN if key in self.downs else KeyMark.AWAITED


def begin_key_test(now_ms: int, *, tells_releases: bool) -> KeyTest:
    """A key test of two minutes."""
    return KeyTest(now_ms + TEST_MS, tells_releases=tells_releases)
