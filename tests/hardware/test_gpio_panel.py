"""The panel on pins, with gpiozero's mock pins: bounces, stuck keys, pins that cannot be had."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from gpiozero import Device, DigitalOutputDevice
from gpiozero.exc import PinInvalidPin
from gpiozero.pins.mock import MockFactory, MockPin

from device.clock import FakeClock
from device.errors import HardwareError
from device.events import KeyDown, KeyUp, PanelChanged, PanelCondition
from device.inbox import Inbox
from hardware.gpio_panel import GpioPanel
from hardware.pin_library import PinLibrary
from hardware.signal_pins import SignalNumbers
from tests.patience import PATIENCE_S

PINS = (5, 6, 13, 19, 26)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def factory() -> Iterator[MockFactory]:
    factory = MockFactory()
    yield factory
    factory.close()


@pytest.fixture
def panel(factory: MockFactory, inbox: Inbox, clock: FakeClock) -> Iterator[GpioPanel]:
    panel = GpioPanel(PINS, lambda: PinLibrary(lambda: factory), inbox, clock, tick_s=0.01)
    yield panel
    panel.stop()


def condition(inbox: Inbox) -> PanelCondition | None:
    event = inbox.get(PATIENCE_S)
    return event.condition if isinstance(event, PanelChanged) else None


def test_a_bounce_comes_through_for_the_press_filter_to_judge(
    panel: GpioPanel, factory: MockFactory, inbox: Inbox, clock: FakeClock
) -> None:
    panel.start()
    pin = factory.pin(13)
    for _ in range(3):
        pin.drive_low()
        pin.drive_high()
        clock.advance(1)
    assert [inbox.get(PATIENCE_S) for _ in range(6)] == [
        event for ms in range(3) for event in (KeyDown(3, 100_000 + ms), KeyUp(3, 100_000 + ms))
    ]


def test_a_key_down_for_30_s_is_stuck_until_released(
    panel: GpioPanel, factory: MockFactory, inbox: Inbox, clock: FakeClock
) -> None:
    panel.start()
    factory.pin(19).drive_low()
    assert inbox.get(PATIENCE_S) == KeyDown(4, 100_000)
    clock.advance(30_000)
    assert condition(inbox) is PanelCondition.STUCK
    factory.pin(19).drive_high()
    assert inbox.get(PATIENCE_S) == KeyUp(4, 130_000)
    assert condition(inbox) is PanelCondition.OK


def test_a_key_that_is_down_at_the_start_is_no_press_but_may_be_stuck(inbox: Inbox, clock: FakeClock) -> None:
    freed = threading.Event()

    class ShortedPin(MockPin):
        """A pin that is shorted to ground until freed: its pull-up does not raise it."""

        def drive_high(self) -> None:
            if self.info.name != "GPIO6" or freed.is_set():
                super().drive_high()

    factory = MockFactory(pin_class=ShortedPin)
    panel = GpioPanel(PINS, lambda: PinLibrary(lambda: factory), inbox, clock, tick_s=0.01)
    panel.start()
    clock.advance(30_000)
    assert condition(inbox) is PanelCondition.STUCK
    freed.set()
    factory.pin(6).drive_high()
    assert inbox.get(PATIENCE_S) == KeyUp(2, 130_000)
    assert condition(inbox) is PanelCondition.OK
    panel.stop()


@pytest.mark.parametrize("error", [OSError("no such chip"), PinInvalidPin("6 is not a valid pin")])
def test_pins_that_cannot_be_had_are_lost_until_they_can(
    inbox: Inbox, clock: FakeClock, error: Exception
) -> None:
    attempts = 0

    def open_at_the_third_attempt() -> MockFactory:
        nonlocal attempts
        attempts += 1
        if attempts < 3:
            raise error
        return MockFactory()

    panel = GpioPanel(PINS, lambda: PinLibrary(open_at_the_third_attempt), inbox, clock)
    panel.start()
    assert condition(inbox) is PanelCondition.LOST
    assert condition(inbox) is PanelCondition.OK
    assert attempts == 3
    panel.stop()


def test_a_pin_that_another_holds_is_lost_and_named_in_the_log(
    factory: MockFactory, panel: GpioPanel, inbox: Inbox
) -> None:
    holder = DigitalOutputDevice(13, pin_factory=factory)
    panel.start()
    event = inbox.get(0)
    holder.close()
    assert isinstance(event, PanelChanged)
    assert event.condition is PanelCondition.LOST
    assert event.why.startswith("a pin cannot be claimed (")
    assert "GPIO13" in event.why


def test_the_global_pin_factory_of_gpiozero_is_never_set(panel: GpioPanel) -> None:
    panel.start()
    assert Device.pin_factory is None


def test_a_library_that_cannot_be_loaded_is_a_lost_panel(inbox: Inbox, clock: FakeClock) -> None:
    def load() -> PinLibrary:
        raise HardwareError("lgpio is not installed: install it, or use a serial panel")

    panel = GpioPanel(PINS, load, inbox, clock)
    panel.start()
    event = inbox.get(0)
    panel.stop()
    assert event == PanelChanged(
        PanelCondition.LOST, 100_000, "lgpio is not installed: install it, or use a serial panel"
    )


def test_lamps_that_another_holds_are_missed_once_in_the_log_and_the_keys_work(
    factory: MockFactory, inbox: Inbox, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    holder = DigitalOutputDevice(17, pin_factory=factory)
    panel = GpioPanel(
        PINS,
        lambda: PinLibrary(lambda: factory),
        inbox,
        clock,
        signals=SignalNumbers((17, 18, 22, 23, 24), 12),
        tick_s=0.01,
    )
    panel.start()
    panel.light(31)
    factory.pin(13).drive_low()
    assert inbox.get(PATIENCE_S) == KeyDown(3, 100_000)
    panel.stop()
    holder.close()
    assert ["panel.lamp_pins" in record.getMessage() for record in caplog.records] == [True]


def test_a_sound_ends_by_itself_and_at_the_stop_all_is_dark_and_quiet(
    factory: MockFactory, inbox: Inbox, clock: FakeClock
) -> None:
    panel = GpioPanel(
        PINS,
        lambda: PinLibrary(lambda: factory),
        inbox,
        clock,
        signals=SignalNumbers((17, 18, 22, 23, 24), 12),
    )
    sounder = factory.pin(12)
    panel.start()
    panel.beep(10)
    deadline_s = time.monotonic() + PATIENCE_S
    while [state.state for state in sounder.states][-2:] != [True, False]:
        assert time.monotonic() < deadline_s
        time.sleep(0.002)
    panel.light(31)
    panel.beep(9_999)
    while not sounder.state:
        assert time.monotonic() < deadline_s
        time.sleep(0.002)
    panel.stop()
    assert not sounder.states[-1].state
    assert not any(factory.pin(pin).state for pin in (17, 18, 22, 23, 24))
