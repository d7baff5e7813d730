"""A rating lands at the window of its assignment, however late it comes, and the figures say so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from device.clock import CHINA
from province.errors import RegistrationError
from province.places.plan import Window
from province.role import OPERATOR
from province.scope import read_asked
from province.statistics import read_statistics
from province.store import alarms, groups, places, recount, registry
from province.store.database import Database
from province.store.dialect import writing_engine
from sync.contract.topics import UpName
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice


def ratings_of(bench: ProvinceBench, scope: str) -> int:
    today = bench.clock.now().wall.astimezone(CHINA).date()
    with bench.database.read() as connection:
        return read_statistics(
            connection, read_asked(scope, None, None, today=today, who=OPERATOR), OPERATOR
        ).ratings


def differences(bench: ProvinceBench) -> list[recount.Difference]:
    with bench.database.read() as connection:
        return recount.differences(connection)


def details(bench: ProvinceBench) -> list[str]:
    with bench.database.read() as connection:
        return [alarm.detail for alarm in alarms.latest(connection, 100)]


def move(bench: ProvinceBench, device: SimulatedDevice, window: str) -> None:
    bench.clock.advance(60_000)
    bench.steering.change_settings(device.name, {"window.id": window})


def test_rows_from_before_a_move_that_arrive_after_it_land_where_they_were_given(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    bench.office.place_window(Window("W07", "north", ""))
    bench.office.place_window(Window("W08", "south", ""))
    bench.hello(device)
    for level in (5, 2):
        device.rate(level, assignment=1)
    move(bench, device, "W08")
    other = bench.registered("dev-002", "W07")  # the window has another device by now
    for level in (5, 4, 1):
        device.rate(level, assignment=2, window="W08")
    bench.send(device)
    assert [(row.row["assignment"], row.window) for row in bench.stored(device)] == [
        (1, "W07"),
        (1, "W07"),
        (2, "W08"),
        (2, "W08"),
        (2, "W08"),
    ]
    bench.hello(other)
    other.rate(5)
    bench.send(other)
    assert [ratings_of(bench, f"window:{window}") for window in ("W07", "W08")] == [3, 3]
    assert [ratings_of(bench, f"hall:{hall}") for hall in ("north", "south")] == [3, 3]
    assert [ratings_of(bench, f"device:{name}") for name in ("dev-001", "dev-002")] == [5, 1]
    assert (bench.alarm_codes(), differences(bench)) == ([], [])


def test_a_row_that_names_another_window_than_its_assignment_lands_at_that_of_the_assignment(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    bench.hello(device)
    for _ in range(3):
        device.rate(5, window="W99", assignment=1)
    bench.send(device, 1, 2)
    bench.send(device, 3, 3)
    assert [(row.window, row.row["window"], row.counted) for row in bench.stored()] == [
        ("W07", "W99", True)
    ] * 3
    assert bench.stored()[0].marks == ("other_window",)
    assert (ratings_of(bench, "window:W07"), ratings_of(bench, "window:W99")) == (3, 0)
    assert details(bench) == [
        "its ratings name another window than assignment 1; they count at that of the assignment"
    ]
    assert differences(bench) == []


def test_a_number_that_was_never_given_is_an_alarm_and_counts_at_the_window_that_the_row_names(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    bench.registered("dev-002", "W08")
    bench.hello(device)
    device.rate(5, window="W09", assignment=7)
    device.rate(4, window="W09", assignment=8)
    device.rate(4, window=None, assignment=9)
    bench.send(device)
    assert [(row.window, row.counted, row.marks) for row in bench.stored()] == [
        ("W09", True, ("unknown_assignment",)),
        ("W09", True, ("unknown_assignment",)),
        (None, True, ("unknown_assignment",)),
    ]
    assert (ratings_of(bench, "window:W09"), ratings_of(bench, "province")) == (2, 3)
    assert bench.alarm_codes() == ["unknown_assignment"]
    assert details(bench) == ["assignment 7 was never given to it; its ratings count at the window they name"]
    assert differences(bench) == []


def test_another_devices_number_is_unknown(bench: ProvinceBench, device: SimulatedDevice) -> None:
    other = bench.registered("dev-002", "W08")
    move(bench, other, "W10")
    bench.hello(device)
    device.rate(5, assignment=2)
    bench.send(device)
    assert [row.window for row in bench.stored()] == ["W07"]
    assert bench.alarm_codes() == ["unknown_assignment"]


def test_without_an_assignment_a_row_lands_where_it_says_and_without_a_window_at_its_assignment(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    bench.hello(device)
    device.rate(5, window="W05", assignment=None)
    device.rate(5, window=None, assignment=1)
    bench.send(device)
    assert [(row.window, row.marks) for row in bench.stored()] == [("W05", ()), ("W07", ())]
    assert bench.alarm_codes() == []


def test_rows_admitted_from_quarantine_land_by_the_same_rule(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    bench.hello(device)
    device.rate(5)
    bench.send(device)
    fork = device.log.forked_at(0)
    for _ in range(2):
        fork.append(
            {**json.loads(device.log.rows[0].canonical), "visit": f"v{len(fork.rows)}", "handling": None}
        )
    bench.send(device, 1, 2, fork)
    move(bench, device, "W08")
    bench.office.admit(fork.log_id, first=2, last=2, by="wang")
    assert [row.window for row in bench.stored()] == ["W07", "W07"]
    assert differences(bench) == []


def test_groups_of_ten_are_of_the_window_where_ratings_landed(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    bench.hello(device)
    for _ in range(5):
        device.rate(5, assignment=1)
        device.rate(5, assignment=1, window="W99")
    bench.send(device)
    bench.clock.advance(2 * 3600 * 1000)
    with bench.database.write() as connection:
        assert groups.release(connection, bench.clock.now().wall) == 1
        assert connection.execute(sa.text('SELECT "window" FROM groups')).scalars().all() == ["W07"]
    assert differences(bench) == []


def test_the_next_number_is_beyond_what_the_device_has_in_force(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    bench.say(device, UpName.HELLO, device.hello(assignment=5))
    move(bench, device, "W08")
    with bench.database.read() as connection:
        assert registry.assignments_of(connection, device.name)[-1].number == 6
    bench.say(device, UpName.HELLO, device.hello(settings_version=None, assignment=5))
    assert len(bench.dispatch.due(device.name)) == 1


def test_numbers_only_grow_and_one_stays_what_it_was(bench: ProvinceBench, device: SimulatedDevice) -> None:
    def add(window: str, number: int) -> None:
        bench.office.add_device(device.certificate.decode(), window=window, assignment=number)

    add("W08", 5)
    add("W07", 1)
    with pytest.raises(
        RegistrationError, match=r"^assignment 3 was never given to device dev-001, whose last is 5"
    ):
        add("W09", 3)
    with pytest.raises(RegistrationError, match=r"^assignment 5 of device dev-001 is to window W08"):
        add("W09", 5)
    with bench.database.read() as connection:
        assert registry.current_assignments(connection)[device.name].window == "W08"


@contextmanager
def closing_engine(engine: sa.Engine) -> Iterator[sa.Connection]:
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('old') / 'province.db'}"
    else:
        yield request.getfixturevalue("postgres_url")


def test_a_database_from_before_keeps_its_windows_and_its_assignments(url: str) -> None:
    with closing_engine(writing_engine(url)) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        config = Config()
        config.set_main_option("script_location", "province:migrations")
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        for statement in (
            "INSERT INTO windows VALUES ('W07', '北大厅', '社保'), ('W08', '北大厅', '')",
            "INSERT INTO windows VALUES ('W09', '南大厅', '')",
            "INSERT INTO devices VALUES ('a', 'k1', '', 't0'), ('b', 'k2', '', 't0')",
            "INSERT INTO assignments VALUES ('a', 1, 'W07', 't1'), ('a', 2, 'W08', 't2')",
            "INSERT INTO assignments VALUES ('b', 4, 'W07', 't2')",
        ):
            connection.exec_driver_sql(statement)
    with Database(url) as database, database.read() as connection:
        found = places.all_places(connection)
        assert {hall.code for hall in found.halls.values() if hall.is_known_by_name_only} == {
            "北大厅",
            "南大厅",
        }
        assert found.windows["W07"] == Window("W07", "北大厅", "社保")
        assert set(found.windows) == {"W07", "W08", "W09"}
        ends = {(a.number, a.until_at) for name in "ab" for a in registry.assignments_of(connection, name)}
        assert ends == {(1, "t2"), (2, None), (4, None)}
