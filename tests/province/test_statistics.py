"""Statistics: what is kept at each commit is what a recount finds, and viewers learn no single level."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from device.clock import CHINA, FakeClock
from device.errors import InvalidField
from province.errors import Forbidden
from province.places.plan import Window
from province.role import OPERATOR, Principal, Role
from province.scope import read_asked
from province.statistics import Statistics, read_statistics
from province.store import recount, windows
from province.store.database import Database
from tests.province.counted_world import VIEWER, CountedWorld, name_of
from tests.province.simulated_device import handling

DEVICE_3 = "device:dev-003"

HOUR = timedelta(hours=1)

BREAK = timedelta(minutes=61)


@pytest.fixture
def world(database: Database) -> CountedWorld:
    return CountedWorld(database, FakeClock())


def ask(world: CountedWorld, scope: str | None = None, who: Principal = OPERATOR, **days: str) -> Statistics:
    today = world.clock.now().wall.astimezone(CHINA).date()
    asked = read_asked(scope, days.get("first"), days.get("last"), today=today, who=who)
    with world.database.read() as connection:
        return read_statistics(connection, asked, who)


def rate_ten(world: CountedWorld, device: int = 1, **changed: Any) -> None:
    for level in (5, 5, 5, 5, 5, 4, 4, 3, 2, 1):
        world.rate(device, level, **changed)


def test_figures_of_a_day(world: CountedWorld) -> None:
    rate_ten(world, indicators=["201", "201", 7, "a\0"])
    world.rate(1, None, outcome="declined")
    world.rate(1, 5, invite=None, flags=["uninvited"])
    found = ask(world)
    assert (found.ratings, found.of_levels, found.grouped) == (11, 11, False)
    assert found.levels == {"5": 6, "4": 2, "3": 1, "2": 1, "1": 1}
    assert found.outcomes == {"rated": 11, "declined": 1, "unanswered": 0, "cancelled": 0}
    assert (found.praise_rate, found.average_score) == (0.8182, 7.73)
    assert (found.invitations, found.responded, found.response_rate) == (11, 10, 0.9091)
    assert (found.reasons, found.channels) == ({"201": 10}, {"4": 11})
    assert {hour: n for hour, n in found.by_hour.items() if n} == {"10": 11}
    assert [(day.day, day.ratings) for day in found.by_day] == [("2026-11-22", 11)]
    assert (found.handlings, found.coverage) == (None, None)


def test_coverage_is_of_the_handlings_that_are_reported(world: CountedWorld) -> None:
    rate_ten(world, window="W1")
    with world.database.write() as connection:
        windows.place(connection, Window("W1", "north", ""))
        for number in (50, 40):
            windows.report_handlings(connection, day="2026-11-22", window="W1", number=number)
    for scope in (None, "hall:north", "window:W1"):
        assert (ask(world, scope).handlings, ask(world, scope).coverage) == (40, 0.25)
    for scope in ("clerk:C0231", "window:W2", "hall:south"):
        assert ask(world, scope).coverage is None


def test_each_scope_has_its_own_figures(world: CountedWorld) -> None:
    with world.database.write() as connection:
        windows.place(connection, Window("W1", "north", ""))
        windows.place(connection, Window("W2", "north", ""))
    world.rate(1, 5, window="W1", clerk="A", handling={**handling("p1"), "task_code": "T1"})
    world.rate(2, 4, window="W2", clerk="A", handling={**handling("p2"), "task_code": "T2"})
    world.rate(3, 1, window=None, clerk=None, handling=None)
    found = {
        scope: ask(world, scope).ratings
        for scope in (
            None,
            "hall:north",
            "window:W1",
            "clerk:A",
            "matter:T2",
            DEVICE_3,
            "window:W9",
        )
    }
    assert list(found.values()) == [3, 2, 1, 2, 1, 1, 0]


def test_a_day_is_chinas_and_so_is_the_hour(world: CountedWorld) -> None:
    world.rate(1, 5, at="2026-11-21T23:59:59.000+08:00")
    world.rate(1, 5, at="2026-11-21T16:00:00.000+00:00")
    assert ask(world, first="2026-11-21", last="2026-11-21").by_hour["23"] == 1
    assert ask(world).by_hour["00"] == 1


def test_a_rating_that_gets_its_time_later_moves_to_its_day_and_hour(world: CountedWorld) -> None:
    world.rate(1, 5, boot="b", clock="untrusted", mono_ms=0, at="2000-01-01T00:00:00.000+08:00")
    assert ask(world).ratings == 1
    world.anchor(1, "b", timedelta(hours=24))
    assert (ask(world).ratings, world.differences()) == (0, [])
    assert ask(world, first="2026-11-21", last="2026-11-21").by_hour["10"] == 1


def test_a_duplicate_is_marked_and_not_counted(world: CountedWorld) -> None:
    world.rate(1, 5, visit="a", handling=handling("p"))
    world.rate(1, 1, visit="b", handling=handling("p"))
    found = ask(world)
    assert (found.ratings, found.marks) == (1, {"duplicate_service": 1})


def test_levels_reach_viewers_ten_at_a_time_and_an_hour_late(world: CountedWorld) -> None:
    rate_ten(world)
    world.rate(1, 1)
    world.wait(HOUR - timedelta(seconds=1))
    early = ask(world, who=VIEWER)
    assert (early.ratings, early.of_levels, early.praise_rate, early.reasons) == (11, 0, None, {})
    world.wait(timedelta(seconds=1))
    late = ask(world, who=VIEWER)
    assert (late.ratings, late.of_levels, late.grouped) == (11, 10, True)
    assert late.levels == {"5": 5, "4": 2, "3": 1, "2": 1, "1": 1}
    assert ask(world, f"device:{name_of(1)}", VIEWER).levels == late.levels


def test_two_clerks_never_share_a_group(world: CountedWorld) -> None:
    for number in range(10):
        world.rate(1, 5, clerk="A" if number % 2 else "B")
    world.wait(BREAK)
    assert ask(world, who=VIEWER).of_levels == 0


def test_a_change_after_its_group_was_shown_changes_nothing_there(world: CountedWorld) -> None:
    seq = world.rate(1, 5, visit="v")
    for _ in range(9):
        world.rate(1, 5)
    world.wait(BREAK)
    world.rate(1, 1, visit="v", replaces=seq)
    for _ in range(9):
        world.rate(1, 5)
    world.wait(BREAK)
    assert ask(world, who=VIEWER).levels == {"5": 10, "4": 0, "3": 0, "2": 0, "1": 0}
    assert ask(world).levels == {"5": 18, "4": 0, "3": 0, "2": 0, "1": 1}
    assert world.differences() == []


def test_levels_of_a_matter_are_for_operators(world: CountedWorld) -> None:
    rate_ten(world, handling={"task_code": "T1"})
    world.wait(BREAK)
    world.rate(1, 5, handling={**handling("x"), "task_code": "T1"})
    found = ask(world, "matter:T1", VIEWER)
    assert (found.ratings, found.levels, found.reasons, found.praise_rate) == (1, None, None, None)
    assert ask(world, "matter:T1").levels is not None


def test_a_viewer_of_a_hall_sees_it_and_its_windows(world: CountedWorld) -> None:
    with world.database.write() as connection:
        windows.place(connection, Window("W1", "north", ""))
        windows.place(connection, Window("W2", "south", ""))
    world.rate(1, 5, window="W1")
    world.rate(2, 5, window="W2")
    limited = Principal("li", Role.VIEWER, "north")
    assert [ask(world, scope, limited).ratings for scope in (None, "hall:north", "window:W1")] == [1, 1, 1]
    for scope in ("province", "hall:south", "window:W2", "window:W9", "clerk:A", DEVICE_3, "matter:T"):
        with pytest.raises(Forbidden, match="sees one hall"):
            ask(world, scope, limited)


@pytest.mark.parametrize(
    ("scope", "first", "last", "field"),
    [
        ("town:x", None, None, "scope"),
        ("window:", None, None, "scope"),
        ("' OR 1=1 --", None, None, "scope"),
        ("window:\0", None, None, "scope"),
        (None, "2026-13-01", None, "from"),
        (None, "20261122", None, "from"),
        (None, "2026-11-23", "2026-11-22", "from"),
        (None, "2020-01-01", "2026-11-22", "from"),
        (None, None, "now", "to"),
    ],
)
def test_what_cannot_be_asked_is_named(
    world: CountedWorld, scope: str | None, first: str | None, last: str | None, field: str
) -> None:
    days = {name: day for name, day in (("first", first), ("last", last)) if day}
    with pytest.raises(InvalidField) as refused:
        ask(world, scope, **days)
    assert refused.value.field == field


def test_sql_in_a_scope_is_a_name_like_any_other(world: CountedWorld) -> None:
    nasty = "W'; DROP TABLE tallies; --"
    world.rate(1, 5, window=nasty, clerk=nasty)
    assert ask(world, f"window:{nasty}").ratings == 1
    assert ask(world, f"clerk:{nasty}").ratings == 1
    assert ask(world).ratings == 1


def test_a_changed_figure_is_found_and_repaired(world: CountedWorld) -> None:
    rate_ten(world)
    with world.database.write() as connection:
        connection.exec_driver_sql("UPDATE tallies SET number = 9 WHERE figure = 'level' AND code = '5'")
    (first, *_) = found = world.differences()
    assert len(found) == 4  # province, device, window, clerk
    assert (first.kept, first.counted) == (9, 5)
    with world.database.write() as connection:
        recount.repair(connection)
    assert world.differences() == []


def test_a_changed_group_is_found(world: CountedWorld) -> None:
    rate_ten(world)
    world.wait(BREAK)
    with world.database.write() as connection:
        connection.exec_driver_sql("UPDATE groups SET level_5 = level_5 + 1, level_1 = level_1 - 1")
    assert any(found.what.startswith("group ") for found in world.differences())


def test_rows_of_an_older_program_are_counted_when_the_database_is_opened(world: CountedWorld) -> None:
    rate_ten(world)
    with world.database.write() as connection:
        for table in ("tallies", "awaiting"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        recount.begin(connection)
    assert world.differences() == []
    assert ask(world).ratings == 10
