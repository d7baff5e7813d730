"""What the ingest does not take: told to the device that can be believed, and alarmed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from province.store.alarms import latest
from sync.contract import jws
from sync.contract.keys import SigningKey
from sync.contract.topics import UpName
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import (
    SimulatedDevice,
)

HOSTILE: dict[str, tuple[Callable[[SimulatedDevice], bytes], str]] = {
    "no JWS": (lambda _: b"{}", "not_jws"),
    "empty": (lambda _: b"", "not_jws"),
    "bytes": (lambda _: b"\xff\x00.\x80.", "not_jws"),
    "alg none": (lambda _: b"eyJhbGciOiJub25lIn0.e30.", "not_jws"),
    "another key": (
        lambda d: d.wrap(d.log.batch(1, 1), UpName.RATINGS, key=SigningKey.generate()),
        "unknown_key",
    ),
    "a changed byte": (lambda d: _changed(d.ratings(1, 1)), "bad_signature"),
    "too large": (lambda _: b"a" * (256 * 1024 + 1), "too_large"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_verified_is_alarmed_and_not_answered(
    bench: ProvinceBench, device: SimulatedDevice, name: str
) -> None:
    make, code = HOSTILE[name]
    device.rate()
    assert bench.say(device, UpName.RATINGS, make(device)) is None
    assert bench.alarm_codes() == [code]
    assert bench.send(device).status == "ok"


def test_a_message_on_another_devices_topic_is_alarmed(bench: ProvinceBench, device: SimulatedDevice) -> None:
    other = bench.registered("dev-002")
    device.rate()
    assert bench.ingest.take(other.topic(UpName.RATINGS), device.ratings(1, 1)) is None
    assert bench.alarm_codes() == ["unknown_key"]
    assert bench.stored() == []


@pytest.mark.parametrize(
    "topic", ["hcp/1/dev-001/up/nothing", "hcp/1/../up/hello", "x", "hcp/1/dev-001/down/receipt"]
)
def test_a_topic_of_no_contract_is_alarmed(bench: ProvinceBench, device: SimulatedDevice, topic: str) -> None:
    assert bench.ingest.take(topic, device.hello()) is None
    assert bench.alarm_codes() == ["bad_topic"]


def _event_text(device: SimulatedDevice, event: dict[str, Any]) -> bytes:
    whole = {
        "specversion": "1.0",
        "id": "m-1",
        "source": f"/devices/{device.name}",
        "type": "hcp.ratings.v1",
        "time": "2026-11-22T10:15:00.000+08:00",
        "dataschema": "urn:hcp:ratings:v1",
        "data": {},
    }
    return json.dumps({**whole, **event}).encode()


def _signed(device: SimulatedDevice, event: dict[str, Any]) -> bytes:
    return jws.sign(_event_text(device, event), device.key)


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"data": []},
        {"type": "hcp.hello.v1"},
        {"type": "hcp.ratings.v2"},
        {"source": "/devices/dev-002"},
        {"data": {"log_id": "Ω" * 32}},
    ],
)
def test_what_is_signed_and_unreadable_is_refused_with_why(
    bench: ProvinceBench, device: SimulatedDevice, event: dict[str, Any]
) -> None:
    bench.hello(device)
    receipt = bench.say(device, UpName.RATINGS, _signed(device, event))
    assert receipt is not None
    assert (receipt.status, receipt.re, receipt.session) == ("refused", "m-1", device.session)
    assert receipt.why
    assert bench.alarm_codes() == ["unreadable"]


def test_bytes_that_are_no_text_are_refused_and_alarmed_like_the_rest(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    bench.hello(device)
    for data in ({"log_id": "BYTE"}, {"session": "BYTE"}):
        text = _event_text(device, {"data": data}).replace(b"BYTE", b"\xff")
        receipt = bench.say(device, UpName.RATINGS, jws.sign(text, device.key))
        assert receipt is not None
        assert receipt.status == "refused"
    assert bench.alarm_codes() == ["unreadable"]


def test_a_batch_that_does_not_hold_together_is_refused(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    device.rate(2)
    device.rate(5)
    batch = device.log.batch(1, 2)
    batch.rows[0]["level"] = 5
    receipt = bench.say(device, UpName.RATINGS, device.wrap(batch, UpName.RATINGS))
    assert receipt is not None
    assert receipt.status == "refused"
    assert receipt.why == "row 1: its hash does not follow from the row before it"
    assert bench.alarm_codes() == ["broken_batch"]
    assert bench.stored() == []


def test_rows_begin_at_one(bench: ProvinceBench, device: SimulatedDevice) -> None:
    device.rate()
    batch = msgspec.structs.replace(device.log.batch(1, 1), first=0, last=0)
    receipt = bench.say(device, UpName.RATINGS, device.wrap(batch, UpName.RATINGS))
    assert receipt is not None
    assert (receipt.status, receipt.why) == ("refused", "rows begin at 1")


def test_an_unregistered_device_is_told_so_when_it_says_hello(bench: ProvinceBench) -> None:
    stranger = SimulatedDevice("dev-009", bench.clock.now().wall)
    stranger.rate()
    receipt = bench.hello(stranger)
    assert (receipt.status, receipt.session, receipt.log_id) == ("unknown_device", stranger.session, None)
    assert bench.say(stranger, UpName.RATINGS, stranger.ratings(1, 1)) is None
    assert bench.say(stranger, UpName.HELLO, b"junk") is None
    assert bench.alarm_codes() == ["unknown_device", "not_jws"]


@pytest.mark.parametrize("text", [b"", b"e30", b"!", b"bnVsbA", b"eyJhIjox"])
def test_a_strangers_nonsense_in_a_well_formed_jws_is_not_answered(bench: ProvinceBench, text: bytes) -> None:
    stranger = SimulatedDevice("dev-009", bench.clock.now().wall)
    head, _, signature = stranger.hello().split(b".")
    bench.ingest.take(stranger.topic(UpName.HELLO), b".".join((head, text, signature)))
    assert bench.stored() == []


def test_a_hello_of_another_contract_version_is_refused(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    receipt = bench.say(device, UpName.HELLO, device.hello(contract=[2]))
    assert receipt is not None
    assert (receipt.status, receipt.why) == ("refused", "contract versions [2]; spoken here: 1")


def test_a_hello_without_its_active_log_is_refused(bench: ProvinceBench, device: SimulatedDevice) -> None:
    receipt = bench.say(device, UpName.HELLO, device.hello(logs=[]))
    assert receipt is not None
    assert receipt.status == "refused"


def test_the_same_alarm_within_the_hour_is_one_line(bench: ProvinceBench, device: SimulatedDevice) -> None:
    for _ in range(3):
        bench.say(device, UpName.HELLO, b"junk")
        bench.clock.advance(60_000)
        bench.due(device)
    bench.clock.advance(3_600_000)
    bench.say(device, UpName.HELLO, b"junk")
    with bench.database.read() as connection:
        assert [a.times for a in latest(connection, 10)] == [1, 3]


def test_a_flood_of_equal_alarms_is_two_writes_and_still_counted(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    def times() -> int:
        with bench.database.read() as connection:
            return latest(connection, 1)[0].times

    for _ in range(1000):
        bench.say(device, UpName.HELLO, b"junk")
    assert times() == 1
    bench.clock.advance(10_000)
    bench.due(device)
    assert times() == 1000


def _changed(token: bytes) -> bytes:
    head, payload, signature = token.split(b".")
    other = b"A" if payload[10:11] != b"A" else b"B"
    return b".".join((head, payload[:10] + other + payload[11:], signature))
