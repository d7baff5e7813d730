"""The watchdog is fed only while the screen answers and the loop hears it."""

from __future__ import annotations

import socket

import pytest

from device.clock import FakeClock
from device.events import Beat
from device.lifeline import Lifeline
from device.service_notice import notify_service
from device.watchdog import FEED_EVERY_MS, Watchdog, watchdog_wanted
from tests.device.bench import Bench


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    yield bench
    bench.window.close()


def beat(bench, times):
    """The screen answers every two seconds."""
    for _ in range(times):
        bench.inbox.put(Beat(bench.clock.mono_ms()))
        bench.let(2_000)


def test_ready_is_told_once_when_the_first_screen_was_drawn_and_the_loop_heard_it(bench):
    assert bench.notices == []
    bench.let(10)
    assert bench.notices == ["READY=1", "WATCHDOG=1"]
    beat(bench, 3)
    assert bench.notices.count("READY=1") == 1


def test_what_can_wait_for_the_first_screen_has_begun_before_ready_is_told_and_begins_once():
    clock, done = FakeClock(), []
    lifeline = Lifeline(
        clock=clock,
        watchdog=Watchdog(clock=clock, wanted=False),
        notify=done.append,
        begin=lambda: done.append("begun"),
    )
    assert done == []
    for _ in range(2):
        lifeline.screen_answered(clock.mono_ms())
    assert done == ["begun", "READY=1"]


def test_while_screen_and_loop_go_on_the_watchdog_is_fed_every_two_seconds(bench):
    beat(bench, 10)
    assert bench.notices.count("WATCHDOG=1") in {10, 11}


def test_a_screen_that_is_silent_stops_the_feeding_though_the_loop_turns(bench):
    beat(bench, 2)
    fed = len(bench.notices)
    bench.let(20_000)
    assert len(bench.notices) == fed
    beat(bench, 1)
    assert len(bench.notices) == fed + 1


def test_a_loop_that_stands_still_stops_the_feeding_though_the_screen_answers(bench):
    beat(bench, 2)
    fed = len(bench.notices)
    for _ in range(5):
        bench.inbox.put(Beat(bench.clock.mono_ms()))
        bench.clock.advance(2_000)
    assert len(bench.notices) == fed


def test_answers_that_piled_up_while_the_loop_stood_still_feed_nothing():
    clock, fed = FakeClock(), []
    lifeline = Lifeline(
        clock=clock, watchdog=Watchdog(clock=clock, wanted=True, notify=fed.append), notify=fed.append
    )
    clock.advance(60_000)
    lifeline.screen_answered(clock.mono_ms() - 10_000)
    assert fed == ["READY=1"]
    lifeline.screen_answered(clock.mono_ms())
    assert fed == ["READY=1", "WATCHDOG=1"]


def test_the_watchdog_is_not_fed_more_often_than_it_asks_for():
    clock, fed = FakeClock(), []
    watchdog = Watchdog(clock=clock, wanted=True, notify=fed.append)
    for _ in range(100):
        watchdog.feed()
        clock.advance(FEED_EVERY_MS // 10)
    assert len(fed) == 10


def test_without_a_watchdog_nothing_is_sent():
    fed = []
    Watchdog(clock=FakeClock(), wanted=False, notify=fed.append).feed()
    assert fed == []


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, False),
        ({"WATCHDOG_USEC": "10000000"}, True),
        ({"WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "7"}, True),
        ({"WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "8"}, False),
    ],
)
def test_a_watchdog_is_wanted_by_the_environment_of_this_very_process(environment, wanted):
    assert watchdog_wanted(environment, 7) is wanted


def test_a_manager_that_cannot_be_told_is_logged_once_and_stops_nothing(caplog):
    def refuse(_):
        raise OSError("no such socket")

    clock = FakeClock()
    watchdog = Watchdog(clock=clock, wanted=True, notify=refuse)
    for _ in range(3):
        watchdog.feed()
        clock.advance(FEED_EVERY_MS)
    assert [record.getMessage() for record in caplog.records] == ['watchdog=unfed why="no such socket"']


def test_a_manager_that_does_not_listen_makes_nobody_wait(tmp_path, monkeypatch):
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(path)
        monkeypatch.setenv("NOTIFY_SOCKET", path)

        def fill():
            for _ in range(10_000):
                notify_service("WATCHDOG=1")

        with pytest.raises(BlockingIOError):
            fill()
        assert manager.recv(100) == b"WATCHDOG=1"
