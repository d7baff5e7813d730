"""Statistics after any history: what a recount finds, and no single level told to viewers."""

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
from province.places.plan import Window
from province.scope import read_asked
from province.statistics import Statistics, read_statistics
from province.store import windows
from province.store.database import Database
from province.tally import Scope
from tests.province.counted_world import VIEWER, CountedWorld, counted_world, name_of
from tests.province.simulated_device import handling

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
