"""A technician's test rows: held and receipted like any other, and never counted."""

from __future__ import annotations

from typing import Any

import pytest

from device.clock import FakeClock
from province.store import ratings, recount, tallies
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice, handling

SERVICE = handling("510100-20261122-000017")


def held(bench: ProvinceBench) -> list[tuple[str, bool, tuple[str, ...]]]:
    return [(stored.row["kind"], stored.counted, stored.marks) for stored in bench.stored()]


def figures(bench: ProvinceBench) -> Any:
    with bench.database.read() as connection:
        return {
            day: tallies.of_day(connection, day, of) for day, of in tallies.figures_by_day(connection).items()
        }


def test_a_test_row_is_held_and_receipted_and_adds_nothing(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    device.rate(1, kind="test", handling=None, invite=None, visit="a" * 32)
    bench.hello(device)
    assert bench.send(device).through == 1
    assert held(bench) == [("test", False, ())]
    assert figures(bench) == {}
    assert bench.alarm_codes() == []


def test_the_figures_are_those_of_the_ratings_alone(bench: ProvinceBench, device: SimulatedDevice) -> None:
    other = bench.registered("dev-002")
    for one in (device, other):
        bench.hello(one)
    device.rate(5, visit="a" * 32, handling=SERVICE)
    bench.send(device)
    expected = figures(bench)
    before = len(device.log.rows)
    device.rate(2, kind="test", visit="b" * 32, handling=None, invite=None)
    device.rate(
        2, kind="test", visit="b" * 32, handling=None, invite=None, replaces=before + 1, indicators=["207"]
    )
    device.rate(None, kind="test", outcome="unanswered", visit="c" * 32, handling=None, invite=None)
    bench.send(device, before + 1)
    assert figures(bench) == expected
    assert [counted for _, counted, _ in held(bench)] == [True, False, False, False]
    with bench.database.read() as connection:
        assert [stored.seq for stored in ratings.newest(connection, 10)] == [1]
        assert recount.differences(connection) == []


def test_a_test_rating_claims_no_service(bench: ProvinceBench, device: SimulatedDevice) -> None:
    bench.hello(device)
    device.rate(1, kind="test", visit="a" * 32, handling=SERVICE)
    device.rate(5, visit="b" * 32, handling=SERVICE)
    bench.send(device)
    assert held(bench) == [("test", False, ()), ("rating", True, ())]
    assert bench.alarm_codes() == []


def test_a_test_rating_of_a_service_that_was_rated_is_no_duplicate(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    bench.hello(device)
    device.rate(5, visit="a" * 32, handling=SERVICE)
    device.rate(1, kind="test", visit="b" * 32, handling=SERVICE)
    bench.send(device)
    assert held(bench) == [("rating", True, ()), ("test", False, ())]
    assert bench.alarm_codes() == []


@pytest.mark.parametrize("replaces", [1, None])
def test_a_test_row_takes_the_place_of_no_rating(
    bench: ProvinceBench, device: SimulatedDevice, replaces: int | None
) -> None:
    bench.hello(device)
    device.rate(5, visit="a" * 32, handling=SERVICE)
    device.rate(1, kind="test", visit="a" * 32, handling=SERVICE, replaces=replaces)
    bench.send(device)
    assert held(bench) == [("rating", True, ()), ("test", False, ())]


def test_a_test_row_is_no_bad_rating_without_a_reason(
    bench: ProvinceBench, device: SimulatedDevice, clock: FakeClock
) -> None:
    bench.hello(device)
    device.rate(1, kind="test", visit="a" * 32, handling=None, invite=None, flags=["burst"])
    bench.send(device)
    clock.advance(400_000)
    bench.due(device)
    assert held(bench) == [("test", False, ())]
