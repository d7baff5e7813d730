"""What the province takes of a device that was shut out: nothing more, and what it has it keeps."""

from __future__ import annotations

from province.roster import read_roster
from sync.contract.topics import UpName
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice


def test_its_rows_before_are_kept_and_counted_and_later_ones_are_not_taken(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    device.rate(5)
    device.rate(2)
    bench.hello(device)
    assert bench.send(device).through == 2
    bench.office.revoke(device.name, why="stolen", by="wang")
    device.rate(1)
    assert bench.say(device, UpName.RATINGS, device.ratings(3, 3)) is None
    assert [(row.seq, row.counted) for row in bench.stored(device)] == [(1, True), (2, True)]


def test_it_learns_so_when_it_says_hello_and_the_operator_by_an_alarm(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    bench.hello(device)
    bench.office.revoke(device.name, why="stolen", by="wang")
    receipt = bench.hello(device)
    assert (receipt.status, receipt.session) == ("unknown_device", device.session)
    assert receipt.why == "this device was revoked; ask the province why"
    bench.say(device, UpName.STATUS, device.status(online=True))
    assert bench.alarm_codes() == ["revoked_device"]
    with bench.database.read() as connection:
        assert [entry.online for entry in read_roster(connection)] == [False]


def test_a_stranger_who_speaks_in_its_name_is_told_nothing(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    bench.office.revoke(device.name, why="stolen", by="wang")
    other = SimulatedDevice(device.name, device.at)
    assert bench.say(device, UpName.HELLO, other.hello()) is None
    assert bench.alarm_codes() == ["unknown_key"]


def test_reinstated_it_goes_on_where_it_was(bench: ProvinceBench, device: SimulatedDevice) -> None:
    device.rate(5)
    bench.hello(device)
    bench.send(device)
    bench.office.revoke(device.name, why="lost", by="wang")
    device.rate(4)
    bench.office.reinstate(device.name, why="found", by="wang")
    assert bench.hello(device).through == 1
    assert bench.send(device).through == 2


def test_it_is_owed_nothing(bench: ProvinceBench, device: SimulatedDevice) -> None:
    bench.hello(device)
    bench.steering.change_settings(device.name, {"window.number": "7"})
    bench.steering.order(device.name, "restart", {})
    assert len(bench.dispatch.all_due()) == 2
    bench.office.revoke(device.name, why="stolen", by="wang")
    assert bench.dispatch.all_due() == []
    assert bench.dispatch.due(device.name) == []
