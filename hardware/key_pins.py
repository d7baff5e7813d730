"""The pins of a panel's keys, claimed from a pin library: one input to ground for each."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from gpiozero.input_devices import DigitalInputDevice

from device.errors import HardwareError
from hardware.pin_library import PinLibrary

# Not gpiozero's Button: it adds a thread to each key that wakes ten times a second to watch for long presses.
_Key: Any = DigitalInputDevice  # gpiozero has no types


class KeyPins:
    """Claims `pins` (BCM numbers, for keys 1, 2, …) at once; raises HardwareError when they cannot be had.

    `move(key, is_down)` is called at each edge by the pin library's own thread. There is no `bounce_time`:
    gpiozero's debounce loses presses (its issues 550 and 1039), the press filter sorts bounces out.
    `factory`: gpiozero's, open until `close()`, for other pins of the same panel.
    """

    def __init__(self, pins: Sequence[int], library: PinLibrary, move: Callable[[int, bool], None]) -> None:
        self._errors = library.errors
        self._keys: list[Any] = []
        try:
            self.factory = library.open()
        except self._errors as error:
            raise HardwareError(f"the pins cannot be had ({error}): is this a Raspberry Pi?") from error
        try:
            for key, pin in enumerate(pins, start=1):
                device = _Key(pin, pull_up=True, bounce_time=None, pin_factory=self.factory)
                self._keys.append(device)
                device.when_activated = partial(move, key, True)
                device.when_deactivated = partial(move, key, False)
        except self._errors as error:
            self.close()
            raise HardwareError(
                f"a pin cannot be claimed ({error}): does another program hold it? see panel.pins"
            ) from error

    def down(self) -> frozenset[int]:
        """The keys that are down now. Raises HardwareError when the pins cannot be read."""
        try:
            return frozenset(key for key, device in enumerate(self._keys, start=1) if device.is_active)
        except self._errors as error:
            raise HardwareError(f"the pins cannot be read any more ({error})") from error

    def close(self) -> None:
        """Release the pins; those that have gone already are no error."""
        for resource in (*self._keys, self.factory):
            with contextlib.suppress(*self._errors):
                resource.close()
