"""The pin libraries that gpiozero can drive keys with: how to open each, what it raises when it cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from gpiozero.exc import GPIOZeroError

from device.errors import HardwareError


@dataclass(frozen=True, slots=True)
class PinLibrary:
    """One library. `open()` makes a new gpiozero pin factory, to be closed by whoever opened it.

    `errors`: what `open()`, the factory and its pins raise when the hardware is missing or taken.
    """

    open: Callable[[], Any]  # gpiozero has no types: a gpiozero.pins.Factory
    errors: tuple[type[Exception], ...] = (GPIOZeroError, OSError)


def load_pin_library(name: str) -> PinLibrary:
    """The library `name`: "lgpio", or "mock", which has no hardware.

    Loading lgpio starts its notification thread and makes a pipe in the working directory (gpiozero issue
    1106), so it is loaded only when keys are about to be opened. Raises HardwareError when it cannot be.
    """
    if name == "mock":
        return PinLibrary(import_module("gpiozero.pins.mock").MockFactory)
    if name != "lgpio":
        raise ValueError(f"there is no pin library {name!r}: lgpio or mock")
    try:
        lgpio = import_module("gpiozero.pins.lgpio")
    except ImportError as error:
        raise HardwareError(f"lgpio is not installed ({error}): install it, or use a serial panel") from error
    except OSError as error:
        raise HardwareError(
            f"lgpio cannot make its pipe ({error}): the process must start in a folder that it may write"
        ) from error
    return PinLibrary(lgpio.LGPIOFactory, (GPIOZeroError, OSError, lgpio.lgpio.error))
