"""What may be told of a panel's keys: as a whole at once, by the key only a day later."""

from __future__ import annotations

from datetime import date, timedelta

from device.events import PanelChanged, PanelCondition
from device.key_health import DayTotals, KeyHealth
from tests.device.bench import Bench

DAY = date(2026, 11, 22)


def test_nothing_is_said_of_a_panel_that_was_never_heard():
    assert KeyHealth().state is None


def test_a_press_makes_it_ok_a_fault_suspect_and_its_end_ok_again():
    health = KeyHealth().pressed(3, DAY)
    assert health.state == "ok"
    assert health.changed(PanelCondition.STUCK).state == "suspect"
    assert health.changed(PanelCondition.LOST).state == "suspect"
    assert health.changed(PanelCondition.LOST).changed(PanelCondition.OK).state == "ok"


def test_totals_are_told_only_of_a_day_that_is_over():
    health = KeyHealth()
    for key in (5, 5, 2):
        health = health.pressed(key, DAY)
        assert health.finished is None
    health = health.on(DAY + timedelta(days=1))
    assert health.finished == DayTotals(DAY, (0, 1, 0, 0, 2))
    later = health.pressed(1, DAY + timedelta(days=1))
    assert later.finished == health.finished


def test_the_device_keeps_it(tmp_path):
    bench = Bench(tmp_path)
    bench.let(10)
    bench.press(2)
    assert bench.watch.key_health.state == "ok"
    bench.inbox.put(PanelChanged(PanelCondition.STUCK, bench.clock.mono_ms(), "a key has been down for 30 s"))
    bench.let(10)
    assert bench.watch.key_health.state == "suspect"
    bench.clock.advance(24 * 3600 * 1000)
    assert bench.watch.key_health.finished.presses == (0, 1, 0, 0, 0)
    bench.window.close()
