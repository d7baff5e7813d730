"""What every key panel promises, held against the fake, a serial line and pins alike."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from device.clock import SystemClock
from device.events import Event, KeyDown, KeyUp, PanelChanged, PanelCondition
from device.inbox import Inbox
from hardware.key_panel import PanelCounters
from tests.contract.panel_benches import Bench, FakeBench, GpioBench, SerialBench
from tests.patience import PATIENCE_S, quickest_s

NOTHING_S = 0.1


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
