"""The same rating by keys on pins: gpiozero's mock pins at one end, the ledger at the other."""

from __future__ import annotations

import pytest
from gpiozero.pins.mock import MockFactory

from hardware.gpio_panel import GpioPanel
from hardware.pin_library import PinLibrary
from tests.device.bench import Bench

PINS = (5, 6, 13, 19, 26)  # of keys 1 to 5


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    bench.let(100)
    yield bench
    bench.window.close()


@pytest.fixture
def factory(bench):
    factory = MockFactory()
    panel = GpioPanel(PINS, lambda: PinLibrary(lambda: factory), bench.inbox, bench.clock)
    panel.start()
    yield factory
    panel.stop()
    factory.close()


def test_a_bouncing_key_on_a_pin_is_one_rating(bench, factory):
    bench.invite()
    bench.let(100)
    pin = factory.pin(PINS[1])
    for _ in range(4):  # contacts that chatter before they rest
        pin.drive_low()
        pin.drive_high()
    pin.drive_low()
    bench.let(200)
    pin.drive_high()
    bench.let(200)
    assert [(row["level"], row["input"]) for row in bench.rows()] == [(2, "key")]


def test_two_pins_at_once_are_no_rating(bench, factory):
    bench.invite()
    bench.let(100)
    factory.pin(PINS[0]).drive_low()
    factory.pin(PINS[4]).drive_low()
    bench.let(200)
    assert bench.rows() == []
