"""Pin libraries: loaded by name, never by gpiozero's own choice."""

from __future__ import annotations

import importlib.util

import pytest
from gpiozero.pins.mock import MockFactory

from device.errors import HardwareError
from hardware.pin_library import load_pin_library


def test_the_mock_library_opens_new_mock_pins_each_time() -> None:
    library = load_pin_library("mock")
    first, second = library.open(), library.open()
    assert isinstance(first, MockFactory)
    assert first is not second


@pytest.mark.skipif(importlib.util.find_spec("lgpio") is not None, reason="lgpio is installed here")
def test_without_lgpio_the_error_says_what_to_do() -> None:
    with pytest.raises(
        HardwareError, match=r"^lgpio is not installed .*: install it, or use a serial panel$"
    ):
        load_pin_library("lgpio")


def test_an_unknown_library_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match=r"^there is no pin library 'pigpio': lgpio or mock$"):
        load_pin_library("pigpio")
