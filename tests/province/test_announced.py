"""Heads announced ahead of the rows: confirmed, contradicted, or missing from a shorter log."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import msgspec

from device.clock import FakeClock
from province.roster import read_roster
from province.store import heads
from province.store.heads import AnnouncedHead
from sync.contract.heads import sign_head
from sync.contract.keys import SigningKey
from sync.contract.messages import SignedHead, Status
from sync.contract.topics import UpName
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice, SimulatedLog

CONTRADICTED = "head_contradicted"


def head_of(log: SimulatedLog, seq: int) -> SignedHead:
    return SignedHead(log_id=log.log_id, seq=seq, hash=log.rows[seq - 1].hash)


def status(device: SimulatedDevice, **fields: Any) -> Status:
    values = {
        "session": device.session,
        "online": True,
        "queue": 0,
        "software": "0.1.0",
        "sent_at": "2026-11-22T10:15:00.000+08:00",
        "clock": "trusted",
    }
    return msgspec.convert({**values, **fields}, Status)


def announce(
    bench: ProvinceBench, device: SimulatedDevice, *seqs: int, key: SigningKey | None = None
) -> None:
    """Announce the heads of the device's log at `seqs`, as they were signed while it was offline."""
    now = FakeClock().now()
    tokens = [sign_head(head_of(device.log, seq), now, key or device.key) for seq in seqs]
    bench.say(device, UpName.STATUS, device.wrap(status(device, heads=tokens), UpName.STATUS))


def kept(bench: ProvinceBench, device: SimulatedDevice) -> list[AnnouncedHead]:
    with bench.database.read() as connection:
        return heads.of_log(connection, device.log.log_id)


def rewritten(log: SimulatedLog, at: datetime, since: int, rows: int) -> SimulatedLog:
    """The same log as somebody with the card and its key rewrote it from row `since` on."""
    forged = SimulatedDevice("forger", at)
    forged.log = log.forked_at(since - 1)
    for _ in range(rows - since + 1):
        forged.rate(5)
    return forged.log


def offline_for(bench: ProvinceBench, device: SimulatedDevice, rows: int) -> None:
    for _ in range(rows):
        device.rate(1)
    bench.hello(device)


def test_a_head_ahead_of_the_rows_is_kept_until_they_confirm_it(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    offline_for(bench, device, 4)
    announce(bench, device, 2, 4)
    assert [(h.seq, h.hash, h.contradicted) for h in kept(bench, device)] == [
        (2, device.log.rows[1].hash, False),
        (4, device.log.rows[3].hash, False),
    ]
    assert all(h.jws for h in kept(bench, device))
    bench.send(device, 1, 3)
    assert [h.seq for h in kept(bench, device)] == [4]
    bench.send(device, 4, 4)
    assert kept(bench, device) == []
    assert bench.alarm_codes() == []


def test_the_head_of_the_status_itself_is_an_announcement(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    offline_for(bench, device, 2)
    message = status(device, head=msgspec.to_builtins(head_of(device.log, 2)))
    bench.say(device, UpName.STATUS, device.wrap(message, UpName.STATUS))
    assert [(h.seq, h.jws) for h in kept(bench, device)] == [(2, None)]


def test_rows_that_are_not_what_was_announced_are_taken_and_alarmed(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    offline_for(bench, device, 4)
    announce(bench, device, 2, 4)
    device.log = rewritten(device.log, device.at, 3, 4)
    receipt = bench.send(device)
    assert (receipt.status, receipt.through) == ("ok", 4)
    assert bench.alarm_codes() == [CONTRADICTED]
    assert [(h.seq, h.contradicted) for h in kept(bench, device)] == [(4, True)]


def test_a_log_that_comes_back_shorter_than_announced_is_alarmed_at_hello(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    offline_for(bench, device, 4)
    announce(bench, device, 4)
    device.session = "after the card was changed"
    device.log = device.log.forked_at(2)
    bench.hello(device)
    assert bench.alarm_codes() == [CONTRADICTED]
    bench.hello(device)
    assert bench.alarm_codes() == [CONTRADICTED]


def test_a_hello_of_the_same_session_that_is_taken_late_is_no_alarm(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    offline_for(bench, device, 2)
    early = device.hello()
    device.rate(1)
    announce(bench, device, 3)
    bench.say(device, UpName.HELLO, early)
    assert bench.alarm_codes() == []


def test_two_announcements_that_contradict_each_other_are_alarmed(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    offline_for(bench, device, 3)
    announce(bench, device, 3)
    device.log = rewritten(device.log, device.at, 3, 3)
    announce(bench, device, 3)
    announce(bench, device, 3)
    assert bench.alarm_codes() == [CONTRADICTED]


def test_a_head_of_rows_that_are_held_already_must_agree_with_them(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    offline_for(bench, device, 3)
    bench.send(device)
    announce(bench, device, 3)
    assert (bench.alarm_codes(), kept(bench, device)) == ([], [])
    device.log = rewritten(device.log, device.at, 2, 3)
    announce(bench, device, 3)
    assert bench.alarm_codes() == [CONTRADICTED]


def test_a_head_signed_by_another_key_is_alarmed_and_not_kept(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    offline_for(bench, device, 1)
    announce(bench, device, 1, key=SigningKey.generate())
    assert (bench.alarm_codes(), kept(bench, device)) == (["bad_signature"], [])


def test_nobody_announces_for_another_devices_log(bench: ProvinceBench, device: SimulatedDevice) -> None:
    offline_for(bench, device, 1)
    other = bench.registered("dev-002")
    other.log = device.log
    announce(bench, other, 1)
    assert kept(bench, device) == []


def test_a_device_gone_wrong_fills_no_disk(bench: ProvinceBench, device: SimulatedDevice) -> None:
    offline_for(bench, device, 300)
    for first in range(1, 301, 60):
        announce(bench, device, *range(first, first + 60))
    assert len(kept(bench, device)) == 256


def test_the_condition_in_a_status_is_in_the_roster(bench: ProvinceBench, device: SimulatedDevice) -> None:
    said = {
        "disk_free": 3_000_000_000,
        "temperature_c": 48.5,
        "clock_source": "receipt",
        "key_health": "suspect",
        "keys_proven_on": "2026-10-20",
        "faults": ["F-022"],
        "screen": False,
    }
    bench.say(device, UpName.STATUS, device.wrap(status(device, **said), UpName.STATUS))
    bench.say(device, UpName.STATUS, device.wrap(status(device, online=False), UpName.STATUS))
    with bench.database.read() as connection:
        (entry,) = read_roster(connection)
    assert {name: getattr(entry, name) for name in said} == said
    assert not entry.online
    assert json.loads(msgspec.json.encode(entry))["temperature_c"] == 48.5


def test_a_device_that_never_said_how_it_is_has_no_condition(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    with bench.database.read() as connection:
        (entry,) = read_roster(connection)
    assert (entry.disk_free, entry.faults, entry.screen) == (None, [], None)
