"""A new device in the place of another: the old one goes at the confirmation, and not before."""

from __future__ import annotations

import pytest

from province.ingest.alarm import AlarmCode
from province.store import registry, settings
from province.store.settings import Version
from sync.contract.messages import Receipt
from sync.contract.topics import UpName
from tests.province.enrolment.enrolment_bench import EnrolmentBench
from tests.province.simulated_device import SimulatedDevice


def newest(est: EnrolmentBench, box: SimulatedDevice) -> Version:
    with est.bench.database.read() as connection:
        found = settings.newest(connection, box.name)
    assert found is not None
    return found


def confirmed(est: EnrolmentBench, name: str, window: str = "W07") -> SimulatedDevice:
    box = est.enrolled(name, window)
    assert est.confirm(box).json == {"replaced": None}
    return box


def test_the_old_device_serves_until_the_new_one_confirms(est: EnrolmentBench) -> None:
    old = confirmed(est, "cp-aaaaaaaaaa")
    new = est.enrolled("cp-bbbbbbbbbb", replace=True)
    assert est.assignments(old)[-1].until_at is None
    assert est.bench.hello(old).status == "ok"
    est.later(minutes=5)
    assert est.confirm(new).json == {"replaced": old.name}
    assert est.assignments(old)[-1].until_at is not None
    assert est.assignments(new)[-1].until_at is None
    held = est.registered(old)
    assert held is not None
    assert held.revoked_why == "replaced by cp-bbbbbbbbbb"
    assert est.shut_out.settled == [old.name]


def test_the_old_device_is_heard_no_more_neither_by_broker_nor_by_https(est: EnrolmentBench) -> None:
    old = confirmed(est, "cp-aaaaaaaaaa")
    old.rate(5)
    est.bench.hello(old)
    est.bench.send(old)
    est.confirm(est.enrolled("cp-bbbbbbbbbb", replace=True))
    receipt = est.bench.say(old, UpName.HELLO, old.hello())
    assert isinstance(receipt, Receipt)
    assert receipt.status == "unknown_device"
    old.rate(4)
    assert est.bench.say(old, UpName.RATINGS, old.ratings(2, 2)) is None
    assert len(est.bench.stored(old)) == 1  # what was taken before stays
    answer = est.ask("GET", "/device/v1/enrolment", by=old)
    assert (answer.status, answer.json["error"]) == (403, "revoked")
    assert set(est.bench.alarm_codes()) == {AlarmCode.REVOKED_DEVICE}


def test_a_revoked_device_enrols_no_more_with_its_key(est: EnrolmentBench) -> None:
    old = confirmed(est, "cp-aaaaaaaaaa")
    est.confirm(est.enrolled("cp-bbbbbbbbbb", replace=True))
    assert est.enrol(old, est.ticket("W08")).refusal == ("revoked", {"device": old.name})


def test_confirming_again_changes_nothing_and_tells_the_broker_again(est: EnrolmentBench) -> None:
    old = confirmed(est, "cp-aaaaaaaaaa")
    new = est.enrolled("cp-bbbbbbbbbb", replace=True)
    assert [est.confirm(new).json for _ in range(2)] == [{"replaced": old.name}] * 2
    before = est.registered(old)
    assert est.shut_out.settled == [old.name, old.name]  # the first time may have been cut short
    assert est.registered(old) == before


def test_the_settings_go_to_the_new_device_with_its_certificate(est: EnrolmentBench) -> None:
    old = confirmed(est, "cp-aaaaaaaaaa")
    est.bench.steering.change_settings(old.name, {"visit.answer_s": "45", "clerk.C1": "王芳"})
    new = est.enrolled("cp-bbbbbbbbbb", replace=True)
    assert newest(est, new).body == newest(est, old).body
    assert est.enrolment(new).settings is not None
    version = newest(est, new).version
    est.confirm(new)
    assert newest(est, new).version == version


def test_what_is_set_on_the_old_device_meanwhile_is_carried_too(est: EnrolmentBench) -> None:
    old = confirmed(est, "cp-aaaaaaaaaa")
    new = est.enrolled("cp-bbbbbbbbbb", replace=True)
    est.later(minutes=1)
    est.bench.steering.change_settings(old.name, {"visit.answer_s": "45"})
    est.later(minutes=1)
    est.confirm(new)
    assert newest(est, new).body.rules.answer_s == 45


def test_what_is_set_on_the_new_device_meanwhile_is_not_overwritten(est: EnrolmentBench) -> None:
    old = confirmed(est, "cp-aaaaaaaaaa")
    new = est.enrolled("cp-bbbbbbbbbb", replace=True)
    est.later(minutes=1)
    est.bench.steering.change_settings(old.name, {"visit.answer_s": "45"})
    est.bench.steering.change_settings(new.name, {"visit.answer_s": "60"})
    est.confirm(new)
    assert newest(est, new).body.rules.answer_s == 60


def test_a_new_box_that_died_before_it_confirmed_is_replaced_in_turn(est: EnrolmentBench) -> None:
    old = confirmed(est, "cp-aaaaaaaaaa")
    est.later(minutes=1)
    dead = est.enrolled("cp-bbbbbbbbbb", replace=True)
    est.later(minutes=1)
    new = est.enrolled("cp-cccccccccc", replace=True)
    assert est.confirm(new).json == {"replaced": old.name}
    for gone in (old, dead):
        held = est.registered(gone)
        assert held is not None
        assert held.revoked_at is not None
    assert est.shut_out.settled == [old.name, dead.name]


def test_a_box_that_was_moved_away_before_it_confirmed_is_in_nobodys_place(est: EnrolmentBench) -> None:
    old = confirmed(est, "cp-aaaaaaaaaa")
    new = est.enrolled("cp-bbbbbbbbbb", replace=True)
    est.bench.steering.change_settings(new.name, {"window.id": "W08"})
    est.confirm(new)
    held = est.registered(old)
    assert held is not None
    assert held.revoked_at is None
    assert est.assignments(old)[-1].until_at is None


def test_a_device_that_was_moved_away_meanwhile_is_not_said_to_be_replaced(est: EnrolmentBench) -> None:
    old = confirmed(est, "cp-aaaaaaaaaa")
    new = est.enrolled("cp-bbbbbbbbbb", replace=True)
    est.bench.steering.change_settings(old.name, {"window.id": "W08"})
    assert est.confirm(new).json == {"replaced": None}
    assert [one.window for one in est.assignments(old) if one.until_at is None] == ["W08"]
    held = est.registered(old)
    assert held is not None
    assert held.revoked_at is None


def test_where_a_revoked_device_stood_the_window_is_free(est: EnrolmentBench) -> None:
    old = confirmed(est, "cp-aaaaaaaaaa")
    with est.bench.database.write() as connection:
        est.shut_out.mark(connection, old.name, "stolen", "王芳")
    new = est.enrolled("cp-bbbbbbbbbb")
    assert est.confirm(new).json == {"replaced": None}
    assert est.assignments(old)[-1].until_at is not None


def test_a_device_that_was_revoked_before_its_successor_confirmed_has_no_place_to_come_back_to(
    est: EnrolmentBench,
) -> None:
    old = confirmed(est, "cp-aaaaaaaaaa")
    new = est.enrolled("cp-bbbbbbbbbb", replace=True)
    est.bench.office.revoke(old.name, why="stolen", by="王芳")
    est.confirm(new)
    assert est.assignments(old)[-1].until_at is not None
    held = est.registered(old)
    assert held is not None
    assert held.revoked_why == "stolen"
    est.bench.office.reinstate(old.name, why="found", by="王芳")
    with est.bench.database.read() as connection:
        assert [one.device for one in registry.serving(connection, "W07")] == [new.name]


@pytest.mark.parametrize("body", [b"", b"{}", b"A" * 100])
def test_a_device_that_nobody_enrolled_by_ticket_may_confirm_to_no_effect(
    est: EnrolmentBench, body: bytes
) -> None:
    device = est.bench.registered("dev-001")
    assert est.ask("POST", "/device/v1/enrolment/confirmed", body, by=device).json == {"replaced": None}
    assert est.enrolment(device).ticket == ""
