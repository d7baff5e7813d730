"""The serial panel on a real pseudo-terminal: noise, timers and a line that comes and goes."""

from __future__ import annotations

import gc
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from device.clock import FakeClock, SystemClock
from device.events import KeyDown, PanelChanged, PanelCondition
from device.inbox import Inbox
from hardware.fake_serial_line import FakeSerialLine
from hardware.panel_session import PanelSession
from hardware.serial_panel import SerialPanel
from tests.patience import PATIENCE_S, quickest_s

NOTHING_S = 0.1


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def line(tmp_path: Path) -> Iterator[FakeSerialLine]:
    with FakeSerialLine(tmp_path / "panel") as line:
        yield line


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def panel(line: FakeSerialLine, inbox: Inbox, clock: FakeClock) -> Iterator[SerialPanel]:
    panel = SerialPanel(str(line.port), inbox, clock, new_session=PanelSession)
    panel.start()
    yield panel
    panel.stop()


def condition(inbox: Inbox, timeout_s: float = PATIENCE_S) -> PanelCondition | None:
    event = inbox.get(timeout_s)
    return event.condition if isinstance(event, PanelChanged) else None


def open_descriptors() -> int:
    """How many this process has open, but for those that tests before left to the garbage collector."""
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir()))


def press(line: FakeSerialLine, inbox: Inbox, key: int) -> None:
    """A press of `key`, waited for: the panel has then read all that was sent before it."""
    line.press(key)
    event = inbox.get(PATIENCE_S)
    assert isinstance(event, KeyDown)
    assert event.key == key


def test_a_megabyte_of_noise_gives_no_press_and_hinders_none_after_it(
    line: FakeSerialLine, inbox: Inbox, panel: SerialPanel
) -> None:
    noise = random.Random(5).randbytes(1_000_000)
    line.send(noise + b"\r\n")
    line.press(4)
    event = inbox.get(PATIENCE_S)
    assert event == KeyDown(4, 100_000)
    assert inbox.get(NOTHING_S) is None
    counters = panel.counters
    assert counters.noise_bytes > 900_000
    assert counters.cut_short > 1_000


def test_what_is_bad_is_counted_and_the_counts_outlive_the_line(
    line: FakeSerialLine, inbox: Inbox, panel: SerialPanel
) -> None:
    line.send(b"$HCPKY,3,D,17*00\r\n$HCPKY,6,D,17*11\r\n\x00")
    press(line, inbox, 1)
    line.unplug()
    assert condition(inbox) is PanelCondition.LOST
    line.plug_in()
    assert condition(inbox) is PanelCondition.OK
    line.send(b"\x00")
    press(line, inbox, 1)
    panel.stop()
    assert panel.counters.bad_checksum == 1
    assert panel.counters.unknown_key == 1
    assert panel.counters.noise_bytes == 2
    assert panel.counters.lost_presses == 0


def test_presses_made_while_the_line_was_gone_are_never_made_up(
    line: FakeSerialLine, inbox: Inbox, panel: SerialPanel
) -> None:
    press(line, inbox, 1)
    line.unplug()
    assert condition(inbox) is PanelCondition.LOST
    for _ in range(3):
        line.press(1)
    line.plug_in()
    assert condition(inbox) is PanelCondition.OK
    press(line, inbox, 1)
    assert inbox.get(NOTHING_S) is None


def test_what_was_sent_before_the_line_was_opened_is_dropped(
    line: FakeSerialLine, inbox: Inbox, clock: FakeClock
) -> None:
    line.press(5)
    panel = SerialPanel(str(line.port), inbox, clock, new_session=PanelSession)
    panel.start()
    press(line, inbox, 2)
    panel.stop()


def test_an_absent_heartbeat_is_told_and_so_is_its_return(
    line: FakeSerialLine, inbox: Inbox, panel: SerialPanel, clock: FakeClock
) -> None:
    line.heartbeat()
    press(line, inbox, 1)
    clock.advance(15_000)
    assert condition(inbox) is PanelCondition.LOST
    line.heartbeat()
    assert condition(inbox) is PanelCondition.OK


def test_a_stuck_key_is_told_though_the_line_is_silent(
    line: FakeSerialLine, inbox: Inbox, panel: SerialPanel, clock: FakeClock
) -> None:
    press(line, inbox, 1)
    line.release(1)
    inbox.get(PATIENCE_S)
    press(line, inbox, 3)
    clock.advance(30_000)
    assert condition(inbox) is PanelCondition.STUCK
    line.release(3)
    inbox.get(PATIENCE_S)
    assert condition(inbox) is PanelCondition.OK


def test_a_line_has_one_reader(line: FakeSerialLine, inbox: Inbox, panel: SerialPanel) -> None:
    second_inbox = Inbox()
    second = SerialPanel(str(line.port), second_inbox, FakeClock(), new_session=PanelSession)
    second.start()
    event = second_inbox.get(0)
    second.stop()
    assert isinstance(event, PanelChanged)
    assert event.why.startswith(f"{line.port}: cannot be opened (")
    assert "exclusively" in event.why
    press(line, inbox, 1)


@pytest.mark.parametrize("kind", ["missing", "file", "folder"])
def test_a_port_that_is_no_line_is_lost_and_says_what_to_check(
    tmp_path: Path, inbox: Inbox, kind: str
) -> None:
    port = tmp_path / "port"
    if kind == "file":
        port.write_bytes(b"$HCPKY,3,D,17*14\r\n")
    elif kind == "folder":
        port.mkdir()
    panel = SerialPanel(str(port), inbox, FakeClock(), new_session=PanelSession)
    panel.start()
    event = inbox.get(0)
    panel.stop()
    assert isinstance(event, PanelChanged)
    assert event.condition is PanelCondition.LOST
    assert event.why.endswith(": check the cable, panel.port and panel.baud")


def test_the_line_comes_and_goes_five_times_and_no_thread_or_file_is_left(
    line: FakeSerialLine, inbox: Inbox, clock: FakeClock
) -> None:
    panel = SerialPanel(str(line.port), inbox, clock, new_session=PanelSession)
    panel.start()
    thread = next(t for t in threading.enumerate() if t.name == "serial-panel")
    descriptors = open_descriptors()
    for _ in range(5):
        line.unplug()
        assert condition(inbox) is PanelCondition.LOST
        line.plug_in()
        assert condition(inbox) is PanelCondition.OK
    press(line, inbox, 1)
    assert open_descriptors() == descriptors
    panel.stop()
    assert not thread.is_alive()


def test_stop_returns_at_once_from_a_silent_line(line: FakeSerialLine, inbox: Inbox) -> None:
    def stop() -> float:
        panel = SerialPanel(str(line.port), inbox, SystemClock(), new_session=PanelSession)
        panel.start()
        started = time.perf_counter()
        panel.stop()
        return time.perf_counter() - started

    assert quickest_s(stop, under_s=0.5) < 0.5


def told(line: FakeSerialLine, at_least: int) -> bytes:
    """What the device sent, once there are `at_least` bytes."""
    data, deadline_s = b"", time.monotonic() + PATIENCE_S
    while len(data) < at_least:
        assert time.monotonic() < deadline_s, data
        data += line.told()
    return data


def test_the_lamps_are_told_at_each_opening_and_at_each_change(
    line: FakeSerialLine, inbox: Inbox, panel: SerialPanel
) -> None:
    assert told(line, 13) == b"$HCPLT,0*5F\r\n"
    panel.light(31)
    panel.beep(20)
    assert told(line, 28) == b"$HCPLT,31*6D\r\n$HCPBP,20*67\r\n"
    line.unplug()
    assert condition(inbox) is PanelCondition.LOST
    line.plug_in()
    assert condition(inbox) is PanelCondition.OK
    assert told(line, 14) == b"$HCPLT,31*6D\r\n"


def test_a_panel_that_reads_nothing_makes_nobody_wait(
    line: FakeSerialLine, inbox: Inbox, panel: SerialPanel
) -> None:
    for _ in range(2_000):  # many times what the line holds: whoever waited would wait for ever
        panel.light(31)
        panel.beep(9_999)
    press(line, inbox, 4)
    panel.stop()
    assert "serial-panel" not in {thread.name for thread in threading.enumerate()}


def test_to_a_panel_of_another_make_nothing_is_ever_sent(tmp_path: Path, inbox: Inbox) -> None:
    with FakeSerialLine(tmp_path / "other") as line:
        panel = SerialPanel(str(line.port), inbox, SystemClock(), new_session=PanelSession, speaks=False)
        panel.start()
        panel.light(31)
        panel.beep(20)
        press(line, inbox, 1)
        assert line.told() == b""
        panel.stop()
