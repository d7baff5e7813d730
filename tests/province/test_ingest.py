"""Messages of a device, taken by the ingest into a real SQLite file."""

from __future__ import annotations

import base64
import json
from typing import Any

from device.chain import genesis
from province.ingest.ingest import Ingest
from province.ingest.pending import MOST_OF_DEVICE
from province.store import presence
from province.store.alarms import latest
from sync.contract import jws
from sync.contract.keys import KeySet
from sync.contract.topics import UpName
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import (
    SimulatedDevice,
    SimulatedLog,
    handling,
    open_receipt,
    rating_row,
)


def test_hello_of_a_new_log_is_answered_with_nothing_held(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    receipt = bench.hello(device)
    assert (receipt.status, receipt.through, receipt.log_id) == ("ok", 0, device.log.log_id)
    assert receipt.head == genesis(device.log.log_id)
    assert receipt.session == device.session


def test_rows_are_held_as_they_came_and_receipted(bench: ProvinceBench, device: SimulatedDevice) -> None:
    device.rate(5, something_new={"of": ["later"]})
    device.rate(2, indicators=["207", "209"])
    bench.hello(device)
    receipt = bench.send(device)
    assert (receipt.status, receipt.through, receipt.head) == ("ok", 2, device.log.head)
    first, second = bench.stored()
    assert first.row["something_new"] == {"of": ["later"]}
    assert first.row["hash"] == device.log.rows[0].hash
    assert (second.row["level"], second.counted, second.marks) == (2, True, ())
    assert second.received_at == "2026-11-22T10:15:00.000+08:00"


def test_a_receipt_repeats_the_session_of_the_last_hello(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    device.rate()
    bench.hello(device)
    device.session = "another"
    bench.hello(device)
    assert bench.send(device).session == "another"


def test_rows_that_come_again_are_held_once_and_receipted_again(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    for _ in range(4):
        device.rate()
    assert bench.send(device, 1, 3).through == 3
    assert bench.send(device, 1, 3).through == 3
    assert bench.send(device, 2, 4).through == 4
    assert [s.seq for s in bench.stored()] == [1, 2, 3, 4]
    assert bench.alarm_codes() == []


def test_rows_ahead_of_the_log_wait_and_join_when_the_gap_is_filled(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    for _ in range(6):
        device.rate()
    bench.send(device, 1, 2)
    assert bench.say(device, UpName.RATINGS, device.ratings(5, 6)) is None
    assert bench.say(device, UpName.RATINGS, device.ratings(4, 4)) is None
    assert bench.due(device) == []
    assert bench.send(device, 3, 3).through == 3
    assert [receipt.through for receipt in bench.due(device)] == [4, 6]
    assert not bench.ingest.waits
    assert [s.seq for s in bench.stored()] == [1, 2, 3, 4, 5, 6]


def test_rows_after_a_gap_of_five_seconds_are_asked_for_from_the_first_missing_one(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    for _ in range(5):
        device.rate()
    bench.send(device, 1, 2)
    assert bench.say(device, UpName.RATINGS, device.ratings(4, 5)) is None
    bench.clock.advance(4_999)
    assert bench.due(device) == []
    bench.clock.advance(1)
    (receipt,) = bench.due(device)
    assert (receipt.status, receipt.from_seq, receipt.through) == ("resend", 3, 2)
    assert receipt.head == device.log.rows[1].hash
    assert len(bench.stored()) == 2


def test_a_batch_that_waits_and_comes_again_is_answered_once_as_the_newer_message(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    for _ in range(2):
        device.rate()
    first, again = device.ratings(2, 2), device.ratings(2, 2)
    for payload in (first, again):
        assert bench.say(device, UpName.RATINGS, payload) is None
    bench.send(device, 1, 1)
    (receipt,) = bench.due(device)
    assert receipt.through == 2
    assert receipt.re == message_id(again)


def test_two_workers_on_one_log_hold_every_row_once(bench: ProvinceBench, device: SimulatedDevice) -> None:
    other = Ingest(bench.database, clock=bench.clock, key=bench.key, leads=False)
    for _ in range(6):
        device.rate()
    assert other.take(device.topic(UpName.RATINGS), device.ratings(3, 4)) is None
    bench.send(device, 1, 2)
    assert len(list(other.due())) == 1  # the head moved in the other's hands
    assert bench.send(device, 5, 6).through == 6
    assert other.take(device.topic(UpName.RATINGS), device.ratings(1, 6)) is not None
    assert [s.seq for s in bench.stored()] == [1, 2, 3, 4, 5, 6]


def test_batches_that_wait_take_no_more_room_than_there_is(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    for _ in range(MOST_OF_DEVICE + 3):
        device.rate()
    for seq in range(2, MOST_OF_DEVICE + 4):
        assert bench.say(device, UpName.RATINGS, device.ratings(seq, seq)) is None
    bench.send(device, 1, 1)
    assert bench.due(device)[-1].through == MOST_OF_DEVICE + 1


def test_a_device_is_asked_to_pause_while_many_messages_wait(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    device.rate()
    device.rate()
    calm = bench.send(device, 1, 1)
    answer = bench.ingest.take(device.topic(UpName.RATINGS), device.ratings(2, 2), queued=200)
    assert answer is not None
    crowded = open_receipt(device, answer.payload, KeySet([bench.key.public]))
    assert (calm.pause_s, crowded.pause_s) == (None, 4.0)
    assert crowded.through == 2


def test_a_device_restored_from_an_older_image_is_told_that_it_diverged(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    for _ in range(5):
        device.rate()
    bench.send(device)
    receipt = bench.hello(device, device.log.forked_at(3))
    assert (receipt.status, receipt.through, receipt.head) == ("diverged", 5, device.log.head)
    assert bench.alarm_codes() == ["diverged"]


def test_other_rows_under_old_numbers_only_diverge(bench: ProvinceBench, device: SimulatedDevice) -> None:
    for _ in range(5):
        device.rate()
    bench.send(device)
    fork = device.log.forked_at(3)
    fork.append(rating_row(at=device.at))
    assert bench.send(device, 3, 4, fork).status == "diverged"
    assert bench.stored()[3].row["hash"] == device.log.rows[3].hash


def test_a_conflict_is_quarantined_and_blocks_nothing(bench: ProvinceBench, device: SimulatedDevice) -> None:
    for _ in range(3):
        device.rate()
    bench.send(device)
    fork = device.log.forked_at(2)
    for _ in range(4):
        fork.append(rating_row(at=device.at))
    receipt = bench.send(device, 3, 4, fork)
    assert (receipt.status, receipt.through, receipt.head) == ("quarantined", 4, fork.rows[3].hash)
    assert receipt.why == "rows 3 to 4 contradict what is held here; they are kept aside"
    assert bench.send(device, 3, 4, fork).status == "ok"  # it came again: it is held already
    receipt = bench.send(device, 5, 6, fork)
    assert (receipt.status, receipt.through) == ("ok", 6)
    held = bench.stored()
    assert [s.seq for s in held] == [1, 2, 3, 5, 6]
    assert [s.marks for s in held[3:]] == [("after_quarantine",)] * 2
    assert bench.alarm_codes() == ["conflict"]
    with bench.database.read() as connection:
        kept = connection.exec_driver_sql("SELECT first, last, raw FROM quarantine").one()
    assert kept[:2] == (3, 4)
    assert jws.verify(kept[2], _keys_of(device))


def test_a_log_of_another_device_is_refused(bench: ProvinceBench, device: SimulatedDevice) -> None:
    device.rate()
    bench.send(device)
    other = bench.registered("dev-002")
    receipt = bench.send(other, 1, 1, device.log)
    assert (receipt.status, receipt.why) == ("refused", "this log is another device's")
    assert bench.hello(other, device.log).status == "refused"
    assert set(bench.alarm_codes()) == {"foreign_log"}
    assert [s.device for s in bench.stored()] == ["dev-001"]


def test_reasons_replace_the_level_of_the_same_visit(bench: ProvinceBench, device: SimulatedDevice) -> None:
    seq = device.rate(2, visit="v1", handling=handling("p1"))
    device.log.append({"kind": "clock"})
    device.rate(2, visit="v1", handling=handling("p1"), replaces=seq, indicators=["207"])
    bench.send(device, 1, 1)
    bench.send(device, 2, 3)
    assert [(s.counted, s.marks) for s in bench.stored()] == [
        (False, ("replaced",)),
        (False, ()),
        (True, ()),
    ]
    assert bench.alarm_codes() == []


def test_the_same_service_rated_in_another_visit_is_held_and_not_counted(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    other = bench.registered("dev-002")
    device.rate(5, visit="v1", handling=handling("p1"))
    other.rate(1, visit="v2", handling=handling("p1"))
    other.rate(3, visit="v3", handling=handling("p1", assessment=2))
    bench.send(device)
    assert bench.send(other).status == "ok"
    assert [(s.counted, s.marks) for s in bench.stored(other)] == [
        (False, ("duplicate_service",)),
        (True, ()),
    ]
    assert bench.alarm_codes() == ["duplicate_service"]


def test_a_row_that_cannot_be_read_is_held_marked_and_alarmed(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    device.rate(None, outcome="rated")
    device.rate(5, level="5")
    device.rate(5, level=6)
    device.rate(5, visit="a\0b")
    device.log.append({"kind": 7})
    device.rate(4)
    assert bench.send(device).through == 6
    assert [(s.counted, s.marks) for s in bench.stored()] == [(False, ("unreadable",))] * 5 + [(True, ())]
    assert bench.alarm_codes() == ["unreadable_row"]
    with bench.database.read() as connection:
        assert latest(connection, 1)[0].detail == f"log {device.log.log_id}: 5 rows from 1 to 5"


def test_alarms_hold_no_handling_number_and_no_level(bench: ProvinceBench, device: SimulatedDevice) -> None:
    device.rate(1, visit="v1", handling=handling("secret-number"))
    device.rate(1, visit="v2", handling=handling("secret-number"))
    device.rate(1, visit="v2", replaces=1)
    bench.send(device)
    with bench.database.read() as connection:
        raised = latest(connection, 10)
    assert {a.code for a in raised} == {"duplicate_service", "bad_replace"}
    assert {a.detail for a in raised} == {f"log {device.log.log_id}: row {seq}" for seq in (2, 3)}


def test_presence_follows_the_status_of_the_newest_session(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    def online() -> bool:
        with bench.database.read() as connection:
            return presence.find(connection, device.name).online

    assert not online()
    bench.say(device, UpName.STATUS, device.status(online=True, queue=3, session="s1"))
    assert online()
    bench.say(device, UpName.STATUS, device.status(online=True, session="s2"))
    bench.say(device, UpName.STATUS, device.status(online=False, session="s1"))  # the will of the old one
    assert online()
    bench.ingest.province_connected()
    assert not online()
    bench.say(device, UpName.STATUS, device.status(online=True, session="s2"))
    bench.say(device, UpName.STATUS, device.status(online=False, session="s2"))
    assert not online()


def test_a_damaged_log_is_followed_by_a_new_one_of_the_same_device(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    device.rate()
    bench.send(device)
    device.log = SimulatedLog()
    device.rate()
    assert bench.hello(device).through == 0
    assert bench.send(device).through == 1
    assert len(bench.stored()) == 2


def message_id(token: bytes) -> str:
    text = token.split(b".")[1]
    return str(json.loads(base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4)))["id"])


def _keys_of(device: SimulatedDevice) -> Any:
    from sync.contract.keys import KeySet

    return KeySet([device.key.public])
