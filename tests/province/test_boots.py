"""One id from two boots at once: two boxes with one card's image."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest

from device.clock import wall_text
from province.store import alarms, boots
from sync.contract.topics import UpName
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice

A, B, C = (letter * 32 for letter in "abc")


def greet(bench: ProvinceBench, device: SimulatedDevice, boot: str, **changed: object) -> None:
    """Say hello in a new session from `boot`, a minute after the last."""
    bench.clock.advance(60_000)
    device.at = bench.clock.now().wall
    device.session = secrets.token_hex(8)
    bench.say(device, UpName.HELLO, device.hello(boot=boot, **changed))


def test_a_boot_that_comes_back_after_another_is_two_boxes(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    for boot in (A, B, A):
        greet(bench, device, boot)
    assert bench.alarm_codes() == ["two_boots"]
    for boot in (B, A):
        greet(bench, device, boot)
    with bench.database.read() as connection:
        (alarm,) = alarms.latest(connection, 10)
    assert (alarm.device, alarm.times) == (device.name, 3)
    assert A not in alarm.detail


@pytest.mark.parametrize("heard", [(A, B, C), (A, A, A), (A, B, B, B, C, C)])
def test_restarts_and_reconnects_are_none(
    bench: ProvinceBench, device: SimulatedDevice, heard: tuple[str, ...]
) -> None:
    for boot in heard:
        greet(bench, device, boot)
    assert bench.alarm_codes() == []


def test_the_same_hello_delivered_again_is_none(bench: ProvinceBench, device: SimulatedDevice) -> None:
    greet(bench, device, A)
    again = device.hello(boot=A)
    greet(bench, device, B)
    bench.say(device, UpName.HELLO, again)
    assert bench.alarm_codes() == []


def test_a_hello_that_a_later_boots_overtook_is_none(bench: ProvinceBench, device: SimulatedDevice) -> None:
    greet(bench, device, B)
    sent = wall_text(bench.clock.now().wall - timedelta(seconds=30))
    greet(bench, device, A, sent_at=sent)
    greet(bench, device, B)
    assert bench.alarm_codes() == []


def test_a_clock_that_was_ahead_hides_no_later_boot(bench: ProvinceBench, device: SimulatedDevice) -> None:
    ahead = wall_text(bench.clock.now().wall + timedelta(days=400))
    greet(bench, device, A, sent_at=ahead)
    for boot in (B, A):
        greet(bench, device, boot)
    assert bench.alarm_codes() == ["two_boots"]


def test_two_boxes_without_clocks_are_found_too(bench: ProvinceBench, device: SimulatedDevice) -> None:
    for boot in (A, B, A):
        greet(bench, device, boot, clock="untrusted", sent_at="1970-01-01T08:00:01.000+08:00")
    assert bench.alarm_codes() == ["two_boots"]


def test_boots_of_one_device_say_nothing_of_another(bench: ProvinceBench, device: SimulatedDevice) -> None:
    other = bench.registered("dev-002", "W08")
    for speaker, boot in ((device, A), (other, B), (device, A), (other, A), (device, A)):
        greet(bench, speaker, boot)
    assert bench.alarm_codes() == []


def test_the_last_eight_are_kept(bench: ProvinceBench, device: SimulatedDevice) -> None:
    names = [f"{number:032x}" for number in range(20)]
    for boot in names:
        greet(bench, device, boot)
    with bench.database.read() as connection:
        kept = [boot.boot for boot in boots.of_device(connection, device.name)]
    assert kept == names[:-9:-1]
    greet(bench, device, names[-8])
    assert bench.alarm_codes() == ["two_boots"]
