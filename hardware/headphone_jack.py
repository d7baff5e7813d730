"""The switch in a headphone jack, on a pin of the board: whether headphones are plugged in."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from typing import Any

from gpiozero.input_devices import DigitalInputDevice

from device.clock import Clock
from device.errors import HardwareError
from device.events import HeadphonesChanged
from device.inbox import Inbox
from hardware.pin_library import PinLibrary

_log = logging.getLogger(__name__)

_Input: Any = DigitalInputDevice  # gpiozero has no types


class HeadphoneJack:
    """Enqueues HeadphonesChanged; none are taken to be plugged in until the first.

    `pin`: BCM number, to ground while headphones are in. A pin that cannot be had is logged, and nobody has
    headphones then: what is for them alone is said to nobody. Events come from the pin library's thread.
    """

    def __init__(self, pin: int, load_library: Callable[[], PinLibrary], inbox: Inbox, clock: Clock) -> None:
        self._number = pin
        self._load_library = load_library
        self._inbox = inbox
        self._clock = clock
        self._factory: Any = None
        self._pin: Any = None
        self._errors: tuple[type[Exception], ...] = ()

    def start(self) -> None:
        """Claim the pin and begin to listen. Raises nothing."""
        try:
            library = self._load_library()
            self._errors = library.errors
            self._claim(library)
        except HardwareError as error:
            _log.warning('headphones=unknown why="%s"', error)

    def stop(self) -> None:
        """Release the pin. Harmless twice."""
        for part in (self._pin, self._factory):
            if part is not None:
                with contextlib.suppress(*self._errors):
                    part.close()
        self._pin = self._factory = None

    def _claim(self, library: PinLibrary) -> None:
        try:
            self._factory = library.open()
            self._pin = _Input(self._number, pull_up=True, pin_factory=self._factory)
            self._pin.when_activated = lambda: self._tell(plugged=True)
            self._pin.when_deactivated = lambda: self._tell(plugged=False)
            if self._pin.is_active:
                self._tell(plugged=True)
        except library.errors as error:
            self.stop()
            raise HardwareError(f"voice.headphones_pin cannot be claimed ({error})") from error

    def _tell(self, *, plugged: bool) -> None:
        self._inbox.put(HeadphonesChanged(plugged, self._clock.mono_ms()))
