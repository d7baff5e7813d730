"""The signaller: has a key panel's lamps and sounder say how the window is."""

from __future__ import annotations

from collections.abc import Iterable

from device.clock import Clock
from device.signals import (
    Beep,
    Light,
    Mood,
    Signal,
    SignalSink,
    SignalState,
    acknowledge,
    confirm_saved,
    feel_mood,
    settle_lamps,
    signals_due_ms,
)
from device.visit.state import Asking, Phase


def mood_of(phase: Phase, *, can_record: bool) -> Mood:
    """What the lamps say in a phase of the visit."""
    if not can_record:
        return Mood.CANNOT_RECORD
    return Mood.AWAITING if isinstance(phase, Asking) else Mood.DARK


class Signaller:
    """Belongs to the device loop's thread."""

    def __init__(self, *, sink: SignalSink, clock: Clock) -> None:
        self._sink = sink
        self._clock = clock
        self._state = SignalState()

    @property
    def due_ms(self) -> int | None:
        """When the lamps change by themselves, or None."""
        return signals_due_ms(self._state, self._clock.mono_ms())

    def acknowledge(self) -> None:
        """A press or touch was taken: say so at once, before the screen is told and begins to draw."""
        now_ms = self._clock.mono_ms()
        self._state, click = acknowledge(self._state, now_ms)
        self._state, lamps = settle_lamps(self._state, now_ms)
        self._send((*lamps, *click))

    def confirm_saved(self) -> None:
        """A level was committed, and no screen says so."""
        self._state, signals = confirm_saved(self._state, self._clock.mono_ms())
        self._send(signals)

    def settle(self, mood: Mood) -> None:
        """Bring the lamps to what `mood` says now."""
        now_ms = self._clock.mono_ms()
        self._state, signals = settle_lamps(feel_mood(self._state, mood, now_ms), now_ms)
        self._send(signals)

    def go_dark(self) -> None:
        """The device stops: no lamp goes on promising that somebody listens."""
        self._send((Light(on=False),))

    def _send(self, signals: Iterable[Signal]) -> None:
        for signal in signals:
            match signal:
                case Light():
                    self._sink.light(signal.mask)
                case Beep(ms):
                    self._sink.beep(ms)
