"""Statistics: what is kept at each commit is what a recount finds, and viewers learn no single level."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.postgres import Postgres
from device.clock import CHINA, FakeClock, wall_text
from device.errors import InvalidField
from province.errors import Forbidden
from province.places.plan import Window
from province.role import OPERATOR, Principal, Role
from province.scope import read_asked
from province.statistics import Statistics, read_statistics
from province.store import recount, windows
from province.store.database import Database
from province.tally import Scope
from tests.province.counted_world import CountedWorld, counted_world, name_of
from tests.province.simulated_device import handling

VIEWER = Principal("li", Role.VIEWER)
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


DEVICE = st.integers(1, 3)
LEVEL = st.sampled_from([5, 4, 3, 2, 1, None])
STEPS = st.one_of(
    st.tuples(st.just("rate"), DEVICE, LEVEL, st.sampled_from("ab"), st.integers(1, 8)),
    st.tuples(st.just("replace"), DEVICE, LEVEL, st.booleans()),
    st.tuples(st.just("stand"), DEVICE, st.integers(1, 12), st.booleans()),
    st.tuples(st.just("many"), DEVICE, st.integers(1, 12)),
    st.tuples(st.just("untimed"), DEVICE, LEVEL, st.integers(0, 2)),
    st.tuples(st.just("anchor"), DEVICE, st.integers(-30, 30)),
    st.tuples(st.just("settle")),
    st.tuples(st.just("wait"), st.integers(0, 90)),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def another_world(request: pytest.FixtureRequest) -> Callable[[], AbstractContextManager[CountedWorld]]:
    """Makes an empty world, any number of times."""
    if request.param == "sqlite":
        return counted_world
    postgres: Postgres = request.getfixturevalue("postgres")

    @contextmanager
    def emptied() -> Iterator[CountedWorld]:
        postgres.empty()
        with Database(postgres.url) as database:
            yield CountedWorld(database, FakeClock())

    return emptied


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEPS, max_size=12))
def test_after_any_history_the_figures_are_what_a_recount_finds(
    another_world: Callable[[], AbstractContextManager[CountedWorld]], steps: list[tuple[Any, ...]]
) -> None:
    with another_world() as world:
        last: dict[int, tuple[int, str]] = {}
        for number, step in enumerate(steps):
            match step:
                case ("rate", device, level, clerk, project):
                    visit = f"v{number}"
                    of = handling(f"p{project}")
                    last[device] = (world.rate(device, level, visit=visit, clerk=clerk, handling=of), visit)
                case ("replace", device, level, good) if device in last:
                    seq, visit = last[device]
                    replaced = seq if good else seq + 7
                    last[device] = (world.rate(device, level, visit=visit, replaces=replaced), visit)
                case ("stand", device, seq, counted):
                    world.restand(device, seq, counted=counted)
                case ("many", device, many):
                    for _ in range(many):
                        world.rate(device, 5, clerk="a")
                case ("untimed", device, level, days):
                    at = wall_text(world.clock.now().wall - timedelta(days=days))
                    world.rate(
                        device, level, at=at, visit=f"v{number}", boot="b", clock="untrusted", mono_ms=1
                    )
                case ("anchor", device, hours):
                    world.anchor(device, "b", timedelta(hours=hours))
                case ("settle",):
                    world.settle()
                case ("wait", minutes):
                    world.wait(timedelta(minutes=minutes))
        assert world.differences() == []


PEOPLE = st.lists(
    st.tuples(st.integers(1, 2), st.sampled_from("ab"), st.integers(1, 5), st.integers(0, 3)),
    min_size=25,
    max_size=60,
)


@settings(max_examples=10)
@given(PEOPLE, st.randoms(use_true_random=False))
def test_no_two_answers_to_viewers_tell_who_pressed_what(
    people: list[tuple[int, str, int, int]], chance: Any
) -> None:
    """An adversary who asks everything at all times learns the same if the levels within each group are dealt
    out anew, and those of ratings in no group made up anew: so nothing they compute can tell them apart."""
    levels = [level for _, _, level, _ in people]
    answers, together = _history(people, levels)
    dealt = list(levels)
    grouped: set[int] = set()
    for members in together:
        assert len(members) == 10
        assert grouped.isdisjoint(members)
        grouped |= members
        order = sorted(members)
        for member, level in zip(order, chance.sample([levels[m] for m in order], 10), strict=True):
            dealt[member] = level
    for index in set(range(len(people))) - grouped:
        dealt[index] = chance.randint(1, 5)
    again, _ = _history(people, dealt)
    assert again == answers


def _history(
    people: list[tuple[int, str, int, int]], levels: list[int]
) -> tuple[list[Statistics], list[set[int]]]:
    """Everything that viewers are told while this happens; which ratings, by index, became groups."""
    with counted_world() as world:
        with world.database.write() as connection:
            for window in (1, 2):
                windows.place(connection, Window(f"W{window}", "hall", ""))
        told: list[Statistics] = []
        for (window, clerk, _, pause), level in zip(people, levels, strict=True):
            world.rate(window, level, window=f"W{window}", clerk=clerk, indicators=[f"{level}01"])
            if pause == 0:
                world.wait(timedelta(minutes=45))
                told += _everything(world)
        world.wait(timedelta(hours=2))
        told += _everything(world)
        members: dict[int, set[int]] = {}
        for group, rating in world.query("SELECT group_id, rating FROM grouped"):
            members.setdefault(group, set()).add(rating - 1)
        return told, list(members.values())


def _everything(world: CountedWorld) -> list[Statistics]:
    scopes = ["province", "hall:hall", "window:W1", "window:W2", "clerk:a", "clerk:b"]
    scopes += [f"device:{name_of(1)}", f"device:{name_of(2)}", f"{Scope.MATTER.value}:T"]
    today = world.clock.now().wall.astimezone(CHINA).date()
    ranges = [(today, today), (today - timedelta(days=5), today), (today - timedelta(days=1),) * 2]
    with world.database.read() as connection:
        return [
            read_statistics(
                connection,
                read_asked(scope, first.isoformat(), last.isoformat(), today=today, who=VIEWER),
                VIEWER,
            )
            for scope in scopes
            for first, last in ranges
        ]
