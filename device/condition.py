"""How the device is, as its own process tells its agent: never a key, a level, or which screen is shown."""

from __future__ import annotations

from typing import Protocol

import msgspec

_APART_MS = 5_000
_ALIVE_EVERY_MS = 60_000  # the proof of life; each one is a write to the card
SILENT_AFTER_MS = 3 * _ALIVE_EVERY_MS
"""A condition older than this, or of another boot, says only that nobody writes it any more."""


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """What is said. `faults`: codes as on the screen. `screen`: whether it draws what it is given.

    `key_health`: "ok" or "suspect", for the panel as a whole; None while no key was proven. `keys_proven_on`:
    the day since which each key is proven.
    """

    faults: tuple[str, ...] = ()
    screen: bool | None = None
    key_health: str | None = None
    keys_proven_on: str | None = None
    clock: str = "unknown"
    clock_source: str = "none"


class StampedCondition(msgspec.Struct, frozen=True, kw_only=True):
    """A condition with when it was written, by the monotonic clock of `boot`."""

    boot: str
    mono_ms: int
    condition: Condition


class ConditionSink(Protocol):
    """Where the condition is kept for the agent."""

    def keep_condition(self, stamped: StampedCondition) -> None:
        """Durably, or LedgerError."""
        ...


class ConditionReport:
    """Keeps the condition up to date: when it changes, at most every 5 s, and once a minute all the same.

    Belongs to the device loop's thread.
    """

    def __init__(self, sink: ConditionSink) -> None:
        self._sink = sink
        self._written: StampedCondition | None = None

    def tell(self, condition: Condition, *, boot: str, mono_ms: int) -> None:
        """Write `condition` if it is due. Raises LedgerError; then it is due again."""
        written = self._written
        if written is not None:
            ago_ms = mono_ms - written.mono_ms
            changed = condition != written.condition
            if ago_ms < (_APART_MS if changed else _ALIVE_EVERY_MS):
                return
        stamped = StampedCondition(boot=boot, mono_ms=mono_ms, condition=condition)
        self._sink.keep_condition(stamped)
        self._written = stamped
