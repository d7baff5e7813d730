"""What every key panel promises, held against the fake, a serial line and pins alike."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest
from gpiozero.pins.mock import MockFactory, MockPin

from device.clock import SystemClock
from device.events import Event, KeyDown, KeyUp, PanelChanged, PanelCondition
from device.inbox import Inbox
from hardware.fake_panel import FakePanel
from hardware.fake_serial_line import FakeSerialLine
from hardware.gpio_panel import GpioPanel
from hardware.key_panel import KeyPanel, PanelCounters
from hardware.panel_session import PanelSession
from hardware.pin_library import PinLibrary
from hardware.serial_panel import SerialPanel
from hardware.signal_pins import SignalNumbers
from tests.patience import PATIENCE_S, quickest_s

NOTHING_S = 0.1


class Bench(Protocol):
    """A panel, hands on its keys and its plug, and eyes and ears on its lamps and sounder."""

    panel: KeyPanel

    def lamps(self) -> int: ...
    def beeps(self) -> int: ...

    def press(self, key: int) -> None: ...
    def release(self, key: int) -> None: ...
    def unplug(self) -> None: ...
    def plug_in(self) -> None: ...
    def clear(self) -> None: ...


class FakeBench:
    def __init__(self, inbox: Inbox, clock: SystemClock, folder: Path) -> None:
        self.panel = FakePanel(inbox, clock)
        self.press = self.panel.press
        self.release = self.panel.release
        self.unplug = self.panel.lose
        self.plug_in = self.panel.come_back

    def lamps(self) -> int:
        return self.panel.lamps

    def beeps(self) -> int:
        return len(self.panel.beeps)

    def clear(self) -> None:
        """There is nothing to clear."""


class SerialBench:
    def __init__(self, inbox: Inbox, clock: SystemClock, folder: Path) -> None:
        line = FakeSerialLine(folder / "panel")
        self._line = line
        self._told: list[bytes] = []
        self.panel = SerialPanel(str(line.port), inbox, clock, new_session=PanelSession)
        self.press = line.press
        self.release = line.release
        self.unplug = line.unplug
        self.plug_in = line.plug_in
        self.clear = line.close

    def lamps(self) -> int:
        self._listen()
        masks = [line for line in self._told if line.startswith(b"$HCPLT")]
        return int(masks[-1][7:].split(b"*")[0]) if masks else 0

    def beeps(self) -> int:
        self._listen()
        return sum(line.startswith(b"$HCPBP") for line in self._told)

    def _listen(self) -> None:
        self._told += self._line.told().splitlines()


class UnplugFactory(MockFactory):
    """gpiozero's mock pins on a chip that can go away."""

    def __init__(self, gone: threading.Event) -> None:
        if gone.is_set():
            raise OSError("no gpiochip")
        super().__init__(pin_class=UnplugPin)
        self.gone = gone


class UnplugPin(MockPin):
    def _get_state(self) -> bool:
        if self.factory.gone.is_set():
            raise OSError("no gpiochip")
        return bool(super()._get_state())


class GpioBench:
    PINS = (5, 6, 13, 19, 26)
    LAMPS = (17, 18, 22, 23, 24)

    def __init__(self, inbox: Inbox, clock: SystemClock, folder: Path) -> None:
        self._gone = threading.Event()
        self._factory: UnplugFactory | None = None
        library = PinLibrary(self._open)
        self._heard = 0
        self.panel = GpioPanel(
            self.PINS, lambda: library, inbox, clock, signals=SignalNumbers(self.LAMPS, 12), tick_s=0.02
        )
        self.unplug = self._gone.set
        self.plug_in = self._gone.clear

    def _open(self) -> UnplugFactory:
        self._factory = UnplugFactory(self._gone)
        return self._factory

    def press(self, key: int) -> None:
        if self._factory is not None:
            self._factory.pin(self.PINS[key - 1]).drive_low()

    def release(self, key: int) -> None:
        if self._factory is not None:
            self._factory.pin(self.PINS[key - 1]).drive_high()

    def lamps(self) -> int:
        assert self._factory is not None
        if self._gone.is_set():
            return 0
        return sum(int(self._factory.pin(pin).state) << bit for bit, pin in enumerate(self.LAMPS))

    def beeps(self) -> int:
        assert self._factory is not None
        return sum(state.state for state in self._factory.pin(12).states)

    def clear(self) -> None:
        if self._factory is not None:
            self._factory.close()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def clock() -> SystemClock:
    return SystemClock()


MakeBench = Callable[[Inbox, SystemClock, Path], Bench]


@pytest.fixture(params=[FakeBench, SerialBench, GpioBench], ids=["fake", "serial", "gpio"])
def make(request: pytest.FixtureRequest) -> MakeBench:
    made: MakeBench = request.param
    return made


@pytest.fixture
def bench(make: MakeBench, inbox: Inbox, clock: SystemClock, tmp_path: Path) -> Iterator[Bench]:
    bench = make(inbox, clock, tmp_path)
    yield bench
    bench.panel.stop()
    bench.clear()


def soon(is_so: Callable[[], bool]) -> None:
    """Until it is so."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline_s
        time.sleep(0.002)


def changed(event: Event | None) -> PanelCondition | None:
    return event.condition if isinstance(event, PanelChanged) else None


@pytest.mark.parametrize("key", [1, 2, 3, 4, 5])
def test_a_press_arrives_once_with_its_key_and_its_time(
    bench: Bench, inbox: Inbox, clock: SystemClock, key: int
) -> None:
    bench.panel.start()
    before_ms = clock.mono_ms()
    bench.press(key)
    event = inbox.get(PATIENCE_S)
    assert isinstance(event, KeyDown)
    assert event.key == key
    assert before_ms <= event.at_ms <= clock.mono_ms()
    assert inbox.get(NOTHING_S) is None


def test_a_release_arrives_once_with_its_key_and_its_time(
    bench: Bench, inbox: Inbox, clock: SystemClock
) -> None:
    bench.panel.start()
    bench.press(4)
    down = inbox.get(PATIENCE_S)
    bench.release(4)
    up = inbox.get(PATIENCE_S)
    assert isinstance(down, KeyDown)
    assert isinstance(up, KeyUp)
    assert up.key == 4
    assert down.at_ms <= up.at_ms <= clock.mono_ms()
    assert inbox.get(NOTHING_S) is None


def test_presses_arrive_in_the_order_in_which_they_were_made(bench: Bench, inbox: Inbox) -> None:
    bench.panel.start()
    keys = [3, 1, 4, 1, 5, 2, 2, 5]
    for key in keys:
        bench.press(key)
        bench.release(key)
    events = [inbox.get(PATIENCE_S) for _ in range(2 * len(keys))]
    assert [e.key for e in events if isinstance(e, KeyDown)] == keys
    assert [e.key for e in events if isinstance(e, KeyUp)] == keys


def test_a_panel_that_is_there_says_nothing_at_the_start(bench: Bench, inbox: Inbox) -> None:
    bench.panel.start()
    assert inbox.get(NOTHING_S) is None
    assert bench.panel.counters == PanelCounters()


def test_loss_and_return_are_told_once_each_and_keys_work_again(bench: Bench, inbox: Inbox) -> None:
    bench.panel.start()
    bench.unplug()
    assert changed(inbox.get(PATIENCE_S)) is PanelCondition.LOST
    assert inbox.get(3 * NOTHING_S) is None
    bench.plug_in()
    assert changed(inbox.get(PATIENCE_S)) is PanelCondition.OK
    assert inbox.get(NOTHING_S) is None
    bench.press(2)
    event = inbox.get(PATIENCE_S)
    assert isinstance(event, KeyDown)
    assert event.key == 2


def test_a_panel_that_is_missing_at_the_start_is_told_before_start_returns(
    bench: Bench, inbox: Inbox
) -> None:
    bench.unplug()
    bench.panel.start()
    assert changed(inbox.get(0)) is PanelCondition.LOST
    assert inbox.get(3 * NOTHING_S) is None
    bench.plug_in()
    assert changed(inbox.get(PATIENCE_S)) is PanelCondition.OK
    bench.press(5)
    event = inbox.get(PATIENCE_S)
    assert isinstance(event, KeyDown)
    assert event.key == 5


def test_after_stop_nothing_arrives_and_no_thread_is_left(bench: Bench, inbox: Inbox) -> None:
    before = set(threading.enumerate())
    bench.panel.start()
    bench.press(1)
    assert isinstance(inbox.get(PATIENCE_S), KeyDown)
    bench.panel.stop()
    assert set(threading.enumerate()) <= before
    bench.press(2)
    bench.unplug()
    assert inbox.get(NOTHING_S) is None


def test_stop_is_harmless_twice_and_before_start(bench: Bench) -> None:
    bench.panel.stop()
    bench.panel.stop()


def test_stop_ends_the_wait_for_a_panel_that_is_missing(
    make: MakeBench, inbox: Inbox, clock: SystemClock, tmp_path: Path
) -> None:
    """A thread that slept between two attempts would take longer each time."""
    numbers = count()

    def stop() -> float:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        bench = make(inbox, clock, folder)
        bench.unplug()
        bench.panel.start()
        before_ms = clock.mono_ms()
        bench.panel.stop()
        bench.panel.stop()
        took_s = (clock.mono_ms() - before_ms) / 1000
        bench.clear()
        return took_s

    assert quickest_s(stop, under_s=1) < 1


def test_no_log_line_tells_which_key_was_pressed(
    bench: Bench, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    bench.panel.start()
    bench.press(3)
    bench.release(3)
    assert isinstance(inbox.get(PATIENCE_S), KeyDown)
    assert isinstance(inbox.get(PATIENCE_S), KeyUp)
    assert caplog.records == []
    bench.unplug()
    inbox.get(PATIENCE_S)
    assert [record.levelname for record in caplog.records] == ["WARNING"]


@pytest.mark.parametrize("mask", [0, 1, 0b10101, 0b11111])
def test_exactly_the_lamps_asked_for_are_lit(bench: Bench, mask: int) -> None:
    bench.panel.start()
    bench.panel.light(0b01110)
    bench.panel.light(mask)
    soon(lambda: bench.lamps() == mask)


def test_a_sound_is_heard_once_and_all_is_quiet_before(bench: Bench) -> None:
    bench.panel.start()
    assert bench.beeps() == 0
    bench.panel.beep(20)
    soon(lambda: bench.beeps() == 1)


def test_lamps_asked_for_before_the_start_or_while_the_panel_was_lost_are_lit_when_it_is_there(
    bench: Bench, inbox: Inbox
) -> None:
    bench.panel.light(0b00111)
    bench.panel.start()
    soon(lambda: bench.lamps() == 0b00111)
    bench.unplug()
    assert changed(inbox.get(PATIENCE_S)) is PanelCondition.LOST
    bench.panel.light(0b00001)
    bench.panel.light(0b11111)
    bench.plug_in()
    assert changed(inbox.get(PATIENCE_S)) is PanelCondition.OK
    soon(lambda: bench.lamps() == 0b11111)


def test_sounds_for_a_lost_panel_are_lost_with_it(bench: Bench, inbox: Inbox) -> None:
    bench.panel.start()
    bench.unplug()
    assert changed(inbox.get(PATIENCE_S)) is PanelCondition.LOST
    before = bench.beeps()
    bench.panel.beep(500)
    bench.plug_in()
    assert changed(inbox.get(PATIENCE_S)) is PanelCondition.OK
    bench.panel.light(1)
    soon(lambda: bench.lamps() == 1)
    assert bench.beeps() <= before


@pytest.mark.parametrize("mask", [-1, 32])
def test_a_lamp_that_no_panel_has_is_a_mistake(bench: Bench, mask: int) -> None:
    with pytest.raises(ValueError, match=rf"^mask {mask} is not 0 to 31$"):
        bench.panel.light(mask)


@pytest.mark.parametrize("ms", [0, 10_000])
def test_a_sound_that_is_too_short_or_too_long_is_a_mistake(bench: Bench, ms: int) -> None:
    with pytest.raises(ValueError, match=rf"^{ms} ms is not 1 to 9999$"):
        bench.panel.beep(ms)
