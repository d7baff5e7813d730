"""How large, how strong, and when it is night: from the configuration and the time."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.clock import CHINA, Moment
from device.night import Night
from device.settings import UiSection
from tests.ui import snapshots
from ui.layout import PANEL_DIAGONAL_MM, Layout
from ui.palette import DAY, NIGHT, STRONG, STRONG_NIGHT
from ui.presenter import present
from ui.sight import LOOK_AGAIN_MS, Sight, sight_of
from ui.texts import load_texts
from ui.views import View

BOOK = load_texts()
SIZE = (1024, 600)
EVENING = Night(time(20), time(7, 30))
LUNCH = Night(time(12), time(13))


def at(hour: str, *, quality: str = "trusted") -> Moment:
    wall = datetime.combine(snapshots.NOW.wall.astimezone(CHINA), time.fromisoformat(hour), CHINA)
    return dataclasses.replace(snapshots.NOW, wall=wall, quality=quality)


def view(name: str, now: Moment) -> View:
    return present(snapshots.samples("zh-Hans")[name], BOOK, now)


@pytest.mark.parametrize(
    ("night", "hour", "dark"),
    [
        (EVENING, "19:59:59", False),
        (EVENING, "20:00", True),
        (EVENING, "00:00", True),
        (EVENING, "07:29:59", True),
        (EVENING, "07:30", False),
        (LUNCH, "11:59:59", False),
        (LUNCH, "12:00", True),
        (LUNCH, "13:00", False),
    ],
)
def test_the_night_is_from_its_first_hour_until_its_last(night: Night, hour: str, *, dark: bool) -> None:
    assert night.holds(at(hour)) is dark


@given(st.times(), st.times(), st.times())
def test_a_night_and_the_rest_of_the_day_are_the_whole_day(start: time, end: time, hour: time) -> None:
    now = at(hour.isoformat())
    if start != end:
        assert Night(start, end).holds(now) is not Night(end, start).holds(now)


def test_a_device_that_does_not_know_the_time_knows_no_night() -> None:
    assert not EVENING.holds(at("23:00", quality="unknown"))


@pytest.mark.parametrize("name", ["idle", "paused", "cleaning"])
def test_at_night_what_rests_is_dark(name: str) -> None:
    now = at("23:00")
    assert Sight(night=EVENING).layout(SIZE, view(name, now), now).palette is NIGHT
    assert Sight(night=EVENING, strong=True).layout(SIZE, view(name, now), now).palette is STRONG_NIGHT
    assert Sight().layout(SIZE, view(name, now), now).palette is DAY


@pytest.mark.parametrize("name", ["level", "reasons-1-0", "reasons-5-0", "words", "thanks", "cannot-F-014"])
def test_who_is_asked_at_night_reads_by_day(name: str) -> None:
    now = at("23:00")
    assert Sight(night=EVENING).layout(SIZE, view(name, now), now).palette is DAY
    assert Sight(night=EVENING, strong=True).layout(SIZE, view(name, now), now).palette is STRONG


@pytest.mark.parametrize("name", ["idle", "paused"])
@pytest.mark.parametrize("quality", ["trusted", "unknown"])
def test_what_rests_is_looked_at_again_within_a_minute_where_there_is_a_night(
    name: str, quality: str
) -> None:
    now = at("19:59:30", quality=quality)
    again_ms = Sight(night=EVENING).changes_at_ms(view(name, now), now)
    assert again_ms is not None
    assert 0 < again_ms - now.mono_ms <= LOOK_AGAIN_MS


def test_without_a_night_a_screen_is_looked_at_again_when_it_says_so() -> None:
    now = at("19:59:30")
    assert Sight().changes_at_ms(view("paused", now), now) is None
    level = view("level", now)
    assert Sight(night=EVENING).changes_at_ms(level, now) == level.changes_at_ms


def test_the_glass_says_how_far_apart_its_pixels_are() -> None:
    now = at("10:00")
    idle = view("idle", now)
    assert sight_of(UiSection()).layout(SIZE, idle, now) == Layout(*SIZE)
    larger = sight_of(UiSection(diagonal_in=14.0)).layout(SIZE, idle, now)
    assert larger.pitch_mm == pytest.approx(2 * Layout(*SIZE).pitch_mm)
    assert larger.diagonal_mm == 2 * PANEL_DIAGONAL_MM


def test_the_configuration_says_all_of_it() -> None:
    section = UiSection(diagonal_in=10.0, contrast="high", type="large", night_from="20:00", night_to="07:30")
    assert sight_of(section) == Sight(diagonal_mm=254, large_type=True, strong=True, night=EVENING)
    assert sight_of(UiSection()) == Sight()


def test_a_moment_is_in_china_wherever_the_machine_is() -> None:
    now = at("20:00")
    elsewhere = now.wall.astimezone(UTC)
    assert EVENING.holds(dataclasses.replace(now, wall=elsewhere))
