"""The switch in the headphone jack, on gpiozero's mock pins."""

from __future__ import annotations

import logging

import pytest
from gpiozero.pins.mock import MockFactory, MockPin

from device.clock import SystemClock
from device.errors import HardwareError
from device.events import HeadphonesChanged
from device.inbox import Inbox
from hardware.headphone_jack import HeadphoneJack
from hardware.pin_library import PinLibrary

PIN = 16


class PluggedPin(MockPin):
    """Held to ground, whatever pulls it up."""

    def _set_pull(self, value):
        super()._set_pull(value)
        self.drive_low()


@pytest.fixture
def factory():
    factory = MockFactory()
    yield factory
    factory.close()


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def jack(factory, inbox):
    jack = HeadphoneJack(PIN, lambda: PinLibrary(lambda: factory), inbox, SystemClock())
    yield jack
    jack.stop()


def plugged(inbox):
    event = inbox.get(0)
    assert event is None or isinstance(event, HeadphonesChanged)
    return None if event is None else event.plugged


def test_plugging_in_and_pulling_out_are_told(jack, factory, inbox):
    jack.start()
    assert plugged(inbox) is None
    factory.pin(PIN).drive_low()
    assert plugged(inbox) is True
    factory.pin(PIN).drive_high()
    assert plugged(inbox) is False


def test_headphones_that_are_in_from_the_start_are_told(jack, factory, inbox):
    factory.pin_class = PluggedPin
    jack.start()
    assert plugged(inbox) is True
    assert plugged(inbox) is None


def test_after_the_stop_nothing_is_told(jack, factory, inbox):
    jack.start()
    jack.stop()
    jack.stop()
    factory.pin(PIN).drive_low()
    assert plugged(inbox) is None


def test_a_pin_that_cannot_be_had_is_logged_and_nobody_has_headphones(inbox, caplog):
    def load():
        raise HardwareError("no gpiochip")

    jack = HeadphoneJack(PIN, load, inbox, SystemClock())
    with caplog.at_level(logging.WARNING):
        jack.start()
    assert "no gpiochip" in caplog.text
    assert plugged(inbox) is None
    jack.stop()
