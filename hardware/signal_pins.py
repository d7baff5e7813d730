"""The pins of a panel's lamps and sounder, claimed from a pin library that is open."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

from gpiozero.output_devices import DigitalOutputDevice

from device.errors import HardwareError

_Output: Any = DigitalOutputDevice  # gpiozero has no types


@dataclass(frozen=True, slots=True)
class SignalNumbers:
    """BCM numbers: the lamps of keys 1 to 5 (or none) and the sounder, each on while its pin is high."""

    lamps: tuple[int, ...] = ()
    sounder: int | None = None


class SignalPins:
    """Claims the pins of `numbers` in `factory`, all low; raises HardwareError when they cannot be had.

    `errors`: what the pins raise when the hardware fails; such a pin is left as it is.
    """

    def __init__(self, numbers: SignalNumbers, factory: Any, errors: tuple[type[Exception], ...]) -> None:
        self._errors = errors
        self._lamps: list[Any] = []
        self._sounder: Any = None
        try:
            for pin in numbers.lamps:
                self._lamps.append(_Output(pin, pin_factory=factory))
            if numbers.sounder is not None:
                self._sounder = _Output(numbers.sounder, pin_factory=factory)
        except errors as error:
            self.close()
            raise HardwareError(
                f"a pin cannot be claimed ({error}): see panel.lamp_pins and panel.sounder_pin"
            ) from error

    def light(self, mask: int) -> None:
        """Light exactly the lamps in `mask`, bit 0 for the first."""
        with contextlib.suppress(*self._errors):
            for bit, lamp in enumerate(self._lamps):
                lamp.value = mask >> bit & 1

    def sound(self, on: bool) -> None:
        """Let the sounder sound, or be quiet."""
        with contextlib.suppress(*self._errors):
            if self._sounder is not None:
                self._sounder.value = on

    def close(self) -> None:
        """Release the pins; those that have gone already are no error."""
        for output in (*self._lamps, self._sounder):
            if output is not None:
                with contextlib.suppress(*self._errors):
                    output.close()
