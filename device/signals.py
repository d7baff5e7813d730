"""What lamps and sounder of a key panel do, and when: the same for every key, level and reason. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

ALL_LAMPS = 0b11111
NO_LAMPS = 0
"""There is no third value: one lamp alone would tell a key."""

CLICK_MS = 20
BLINK_MS = 120
SAVED_SOUND_MS = 80
SAVED_BLINK_MS = 600


class SignalSink(Protocol):
    """Lamps and a sounder that can be driven: a key panel."""

    def light(self, mask: int) -> None:
        """Light exactly the lamps in `mask`, bit 0 for key 1. Any thread; never waits."""
        ...

    def beep(self, ms: int) -> None:
        """Sound for `ms` milliseconds. Any thread; never waits."""
        ...


class Mute:
    """A SignalSink for a device that has neither lamps nor sounder."""

    def light(self, mask: int) -> None:
        """Nothing lights."""

    def beep(self, ms: int) -> None:
        """Nothing sounds."""


class Mood(Enum):
    """What the lamps say, as (milliseconds lit, milliseconds of the whole pulse)."""

    DARK = (0, 0)  # nobody is asked for a level
    AWAITING = (1_000, 2_000)  # a slow breath: at most one change a second
    CANNOT_RECORD = (200, 3_000)  # a short flash, told from the breath at a glance


@dataclass(frozen=True, slots=True)
class SignalState:
    """What the lamps do. `since_ms`: when the mood began; its pulse starts lit. `lit`: what was sent last."""

    mood: Mood = Mood.DARK
    since_ms: int = 0
    blink_until_ms: int = 0
    lit: bool = False


@dataclass(frozen=True, slots=True)
class Light:
    """Light all lamps, or none."""

    on: bool

    @property
    def mask(self) -> int:
        return ALL_LAMPS if self.on else NO_LAMPS


@dataclass(frozen=True, slots=True)
class Beep:
    """Sound for `ms` milliseconds."""

    ms: int


Signal = Light | Beep


def feel_mood(state: SignalState, mood: Mood, at_ms: int) -> SignalState:
    """The lamps are to say `mood` from `at_ms` on; the same mood goes on in its pulse."""
    return state if mood is state.mood else replace(state, mood=mood, since_ms=at_ms)


def acknowledge(state: SignalState, at_ms: int) -> tuple[SignalState, tuple[Signal, ...]]:
    """A press or touch was taken at `at_ms`: a click, and the lamps lit for a moment."""
    return replace(state, blink_until_ms=at_ms + BLINK_MS), (Beep(CLICK_MS),)


def confirm_saved(state: SignalState, at_ms: int) -> tuple[SignalState, tuple[Signal, ...]]:
    """A level was committed, and no screen says so: a longer sound, and the lamps lit for longer."""
    return replace(state, blink_until_ms=at_ms + SAVED_BLINK_MS), (Beep(SAVED_SOUND_MS),)


def settle_lamps(state: SignalState, now_ms: int) -> tuple[SignalState, tuple[Signal, ...]]:
    """The lamps as they are to be at `now_ms`; a signal only when that is another state than the last."""
    on = _is_lit(state, now_ms)
    return (state, ()) if on == state.lit else (replace(state, lit=on), (Light(on),))


def signals_due_ms(state: SignalState, now_ms: int) -> int | None:
    """When `settle_lamps` will next have something to say, or None."""
    if now_ms < state.blink_until_ms:
        return state.blink_until_ms
    lit_ms, pulse_ms = state.mood.value
    if not pulse_ms:
        return None
    into_ms = (now_ms - state.since_ms) % pulse_ms
    return now_ms - into_ms + (lit_ms if into_ms < lit_ms else pulse_ms)


def _is_lit(state: SignalState, now_ms: int) -> bool:
    if now_ms < state.blink_until_ms:
        return True
    lit_ms, pulse_ms = state.mood.value
    return bool(pulse_ms) and (now_ms - state.since_ms) % pulse_ms < lit_ms
