"""The backlight, on folders that look like Linux's: by the hour and by what is shown, and never a fault."""

from __future__ import annotations

import errno
import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device.clock import FakeClock
from device.settings import UiSection
from device.snapshot import Screen
from hardware.backlight import RESTING, SYSFS, open_backlight
from tests.patience import until
from tests.ui import snapshots

EVENING = UiSection(night_from="20:00", night_to="07:30", night_backlight=10)
NIGHT, DAY = datetime(2026, 3, 2, 13, 0, tzinfo=UTC), datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


class Shown:
    """A display that keeps what it was shown."""

    def __init__(self):
        self.snapshots = []

    def show(self, snapshot):
        self.snapshots.append(snapshot)


def panel(folder, name="10-0045", *, most=255, brightness=255):
    """A backlight in `folder`; the file with its brightness."""
    (folder / name).mkdir(parents=True)
    (folder / name / "max_brightness").write_text(f"{most}\n")
    (folder / name / "brightness").write_text(f"{brightness}\n")
    return folder / name / "brightness"


def opened(folder, at, *, display=None):
    clock = FakeClock()
    clock.set_wall(at)
    return open_backlight(EVENING, display or Shown(), clock=clock, folder=folder)


@pytest.mark.parametrize(
    ("at", "screen", "brightness"),
    [(NIGHT, screen, "26\n" if screen in RESTING else "255\n") for screen in Screen]
    + [(DAY, screen, "255\n") for screen in Screen],
)
def test_it_is_low_at_night_while_nobody_is_asked_anything(tmp_path, at, screen, brightness):
    file = panel(tmp_path, brightness=100)
    opened(tmp_path, at).set_for(screen)
    assert file.read_text() == brightness


def test_it_is_never_put_out(tmp_path):
    file = panel(tmp_path, most=7, brightness=7)
    opened(tmp_path, NIGHT).set_for(Screen.IDLE)
    assert file.read_text() == "1\n"


def test_every_panel_is_set_and_one_that_comes_later_too(tmp_path):
    backlit = opened(tmp_path, NIGHT)
    backlit.set_for(Screen.IDLE)
    files = panel(tmp_path, "dsi"), panel(tmp_path, "hdmi", most=100, brightness=100)
    backlit.set_for(Screen.IDLE)
    assert [file.read_text() for file in files] == ["26\n", "10\n"]


def test_what_is_right_is_not_written(tmp_path):
    file = panel(tmp_path)
    file.chmod(0o400)
    before = file.stat().st_mtime_ns
    opened(tmp_path, DAY).set_for(Screen.LEVEL)
    assert file.stat().st_mtime_ns == before


def test_a_panel_without_a_backlight_is_no_fault_and_is_logged_once(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    backlit = opened(tmp_path / "none", NIGHT)
    for _ in range(3):
        backlit.set_for(Screen.IDLE)
    assert [record.getMessage() for record in caplog.records] == ['backlight="none"']
    panel(tmp_path / "none")
    backlit.set_for(Screen.IDLE)
    assert caplog.records[-1].getMessage() == 'backlight="set"'


@pytest.mark.parametrize("broken", ["brightness", "max_brightness"])
def test_a_backlight_that_cannot_be_used_is_no_fault_and_is_logged_once(tmp_path, caplog, broken):
    file = panel(tmp_path).with_name(broken)
    file.write_text("what?\n")
    backlit = opened(tmp_path, NIGHT)
    for _ in range(3):
        backlit.set_for(Screen.IDLE)
    (told,) = [record.getMessage() for record in caplog.records]
    assert told.startswith('backlight="not set: ')


def test_what_is_shown_reaches_the_display_and_the_backlight_and_the_end_is_light(tmp_path):
    file, display = panel(tmp_path), Shown()
    backlit = opened(tmp_path, NIGHT, display=display)
    backlit.start()
    try:
        idle = snapshots.idle(number=1)
        backlit.show(idle)
        until(lambda: file.read_text() == "26\n", what="a low backlight")
        level = snapshots.level(number=2)
        backlit.show(level)
        until(lambda: file.read_text() == "255\n", what="full light for whoever is asked")
        backlit.show(snapshots.idle(number=3))
        until(lambda: file.read_text() == "26\n", what="a low backlight again")
        assert display.snapshots[:2] == [idle, level]
    finally:
        backlit.stop()
    assert file.read_text() == "255\n"


@pytest.mark.parametrize(
    "changes", [{"night_backlight": None}, {"night_from": None, "night_to": None}, {"display": "none"}]
)
def test_it_is_left_alone_where_nothing_asks_for_it(changes):
    assert open_backlight(replace(EVENING, **changes), Shown(), clock=FakeClock(), folder=SYSFS) is None


def test_it_may_be_stopped_before_it_began(tmp_path):
    opened(tmp_path, NIGHT).stop()  # something else could not start


def test_a_backlight_that_goes_while_it_is_looked_for_is_no_fault(caplog):
    class Going(type(Path())):
        """A folder that is gone when it is read."""

        def glob(self, _pattern):
            raise OSError(errno.ENODEV, "No such device")

    opened(Going("/sys/class/backlight"), NIGHT).set_for(Screen.IDLE)
    assert [record.getMessage() for record in caplog.records] == [
        'backlight="not set: [Errno 19] No such device"'
    ]


def test_a_driver_that_takes_its_time_is_told_the_newest_alone(tmp_path):
    looks = []

    class Counting(type(Path())):
        """A folder that counts how often it is looked through."""

        def glob(self, pattern):
            looks.append(pattern)
            return super().glob(pattern)

    file = panel(tmp_path, brightness=7)
    backlit = opened(Counting(tmp_path), NIGHT)
    for number in range(1000):
        backlit.show(snapshots.idle(number=number))
    backlit.show(snapshots.level(number=1000))
    backlit.start()
    until(lambda: file.read_text() == "255\n", what="full light")
    backlit.stop()
    assert len(looks) < 5
