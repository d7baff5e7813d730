"""Lamps and sounder of a panel on pins: asked for by any thread, driven by the panel's own."""

from __future__ import annotations

import logging
import queue
from typing import Any

from device.errors import HardwareError
from hardware.sentence import BeepSentence, DeviceSentence, LampSentence
from hardware.signal_pins import SignalNumbers, SignalPins

_log = logging.getLogger(__name__)


class GpioSignals:
    """`light`, `beep` and `wake` are for any thread and never wait; all else is for the panel's thread.

    `numbers`: the pins. When they cannot be had that is logged once, and what is asked for is dropped.
    """

    def __init__(self, numbers: SignalNumbers) -> None:
        self._numbers = numbers
        self._asked: queue.SimpleQueue[DeviceSentence | None] = queue.SimpleQueue()
        self._newest = LampSentence(0)
        self._pins: SignalPins | None = None
        self._sounds_s: float | None = None
        self._failed = False

    def light(self, mask: int) -> None:
        """Light exactly the lamps in `mask`, now or when the pins are back."""
        self._newest = LampSentence(mask)
        self._asked.put(self._newest)

    def beep(self, ms: int) -> None:
        """Sound for `ms` milliseconds."""
        self._asked.put(BeepSentence(ms))

    def wake(self) -> None:
        """End a wait of `carry_out`."""
        self._asked.put(None)

    def open(self, factory: Any, errors: tuple[type[Exception], ...]) -> None:
        """Claim the pins in gpiozero's `factory`, and light what was asked for last. Never raises."""
        try:
            self._pins = SignalPins(self._numbers, factory, errors)
        except HardwareError as error:
            if not self._failed:
                _log.warning('panel=gpio lamps=missing why="%s"', error)
            self._failed = True
            return
        self._failed = False
        self._pins.light(self._newest.mask)

    def carry_out(self, wait_s: float) -> None:
        """Do the next thing that is asked for, or that is due, or nothing within `wait_s`."""
        try:
            asked = self._asked.get(timeout=wait_s if self._sounds_s is None else min(wait_s, self._sounds_s))
        except queue.Empty:
            asked = None
            self._hush()
        if self._pins is None:
            return
        match asked:
            case LampSentence(mask):
                self._pins.light(mask)
            case BeepSentence(ms):
                self._pins.sound(on=True)
                self._sounds_s = ms / 1000

    def close(self) -> None:
        """All dark and quiet; the pins are given back."""
        self._hush()
        pins, self._pins = self._pins, None
        if pins is not None:
            pins.light(0)
            pins.close()

    def _hush(self) -> None:
        if self._sounds_s is not None and self._pins is not None:
            self._pins.sound(on=False)
        self._sounds_s = None
