"""Rescues: what a technician brings is taken as if the device had sent it, and said to be rescued."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from province.case_key import CaseKey
from province.errors import Declined
from province.ingest.delivery import MOST_LOGS
from province.rescues import Held, Taken
from province.store import logs, presence, registry, rescues, sealed
from province.store.rescues import RescueNote
from sync.contract.keys import KeySet, SigningKey
from sync.contract.messages import Ratings, Receipt
from sync.contract.topics import UpName
from tests.province.province_bench import ProvinceBench
from tests.province.sealing import leave
from tests.province.simulated_device import SimulatedDevice, SimulatedLog, open_receipt
from tests.province.technician import Technician, made, office_of, rescues_of

KEY = CaseKey.generate()


@pytest.fixture
def technician(bench: ProvinceBench) -> Technician:
    return made(bench)


def taken(bench: ProvinceBench, statement: str) -> Taken:
    return rescues_of(bench).take(statement)


def receipts(bench: ProvinceBench, device: SimulatedDevice, done: Taken) -> list[Receipt]:
    keys = KeySet([bench.key.public])
    return [open_receipt(device, receipt.encode("ascii"), keys) for receipt in done.receipts]


def plain(bench: ProvinceBench, place: int) -> dict[str, Any]:
    """A stored row before it was chained."""
    return {name: value for name, value in bench.stored()[place].row.items() if name != "hash"}


def notes(bench: ProvinceBench) -> list[RescueNote]:
    with bench.database.read() as connection:
        return rescues.all_rescues(connection)


def test_rescued_rows_follow_those_that_the_device_sent_and_are_marked(
    bench: ProvinceBench, device: SimulatedDevice, technician: Technician
) -> None:
    for level in (5, 4, 1):
        device.rate(level)
    bench.hello(device)
    bench.send(device, 1, 1)
    log = device.log
    assert rescues_of(bench).held(log.log_id) == Held(device.name, 1, log.rows[0].hash)
    done = taken(bench, technician.rescue(device, 2, at=bench.clock.now().wall))
    assert (done.rows, done.aside, done.blobs) == (2, 0, 0)
    (receipt,) = receipts(bench, device, done)
    assert (receipt.status, receipt.through, receipt.head) == ("ok", 3, log.head)
    assert [(s.seq, s.counted, s.marks) for s in bench.stored()] == [
        (1, True, ()),
        (2, True, ("rescued",)),
        (3, True, ("rescued",)),
    ]
    (note,) = notes(bench)
    assert note == RescueNote(technician.name, device.name, log.log_id, 2, 3, 2, 0, 0, note.at)


def test_the_same_rescue_again_brings_nothing_and_is_not_noted_again(
    bench: ProvinceBench, device: SimulatedDevice, technician: Technician
) -> None:
    device.rate()
    statement = technician.rescue(device, at=bench.clock.now().wall)
    assert taken(bench, statement).rows == 1
    again = taken(bench, statement)
    assert (again.rows, again.aside, again.blobs) == (0, 0, 0)
    assert receipts(bench, device, again)[0].through == 1
    assert (len(bench.stored()), len(notes(bench))) == (1, 1)


def test_a_log_that_nobody_announced_becomes_that_of_the_device_on_the_technicians_word(
    bench: ProvinceBench, device: SimulatedDevice, technician: Technician
) -> None:
    device.rate(2)
    assert rescues_of(bench).held(device.log.log_id) == Held(None, 0, None)
    taken(bench, technician.rescue(device, at=bench.clock.now().wall))
    assert rescues_of(bench).held(device.log.log_id).device == device.name


def test_nobody_takes_the_rescue_for_a_word_of_the_device(
    bench: ProvinceBench, device: SimulatedDevice, technician: Technician
) -> None:
    device.rate()
    taken(bench, technician.rescue(device, at=bench.clock.now().wall))
    with bench.database.read() as connection:
        heard = presence.find(connection, device.name)
    assert (heard.seen_at, heard.receipt_at, heard.session) == (None, None, None)


def test_late_rows_of_a_swapped_window_land_at_the_window_and_device_that_recorded_them(
    bench: ProvinceBench, device: SimulatedDevice, technician: Technician
) -> None:
    device.rate(5, assignment=1, window="W07")
    with bench.database.write() as connection:
        registry.end_assignment(connection, device.name, at="2026-11-22T11:00:00.000+08:00")
    successor = bench.registered("dev-002", "W07")
    successor.rate(1)
    bench.hello(successor)
    bench.send(successor)
    taken(bench, technician.rescue(device, at=bench.clock.now().wall))
    assert [(s.device, s.window, s.row["level"]) for s in bench.stored(device)] == [("dev-001", "W07", 5)]
    assert [s.counted for s in bench.stored()] == [True, True]


def test_rows_that_contradict_what_is_held_are_kept_aside_and_a_person_may_admit_them(
    bench: ProvinceBench, device: SimulatedDevice, technician: Technician
) -> None:
    for level in (5, 4, 3):
        device.rate(level)
    other = device.log.forked_at(1)
    bench.hello(device)
    bench.send(device)
    other.append({**plain(bench, 1), "level": 1})
    statement = technician.rescue(device, 1, at=bench.clock.now().wall, log=other)
    done = taken(bench, statement)
    assert (done.rows, done.aside) == (0, 2)
    assert receipts(bench, device, done)[0].status == "quarantined"
    assert "conflict" in bench.alarm_codes()
    assert [s.row["level"] for s in bench.stored()] == [5, 4, 3]
    assert taken(bench, statement).aside == 0
    assert len(notes(bench)) == 1


def test_rows_beyond_a_contradiction_are_aside_too_and_admitted_ones_say_that_they_were_rescued(
    bench: ProvinceBench, device: SimulatedDevice, technician: Technician
) -> None:
    for level in (5, 4):
        device.rate(level)
    other = device.log.forked_at(1)
    bench.hello(device)
    bench.send(device)
    visit = "c" * 32
    other.append({**plain(bench, 1), "level": 1})
    other.append({**plain(bench, 0), "visit": visit, "handling": None})
    taken(bench, technician.rescue(device, 1, at=bench.clock.now().wall, log=other))
    assert bench.office.admit(device.log.log_id, first=3, last=3, by="王主任") == 1
    assert bench.stored()[-1].marks == ("admitted", "rescued")


def test_the_log_of_another_device_is_refused_alarmed_and_untouched(
    bench: ProvinceBench, device: SimulatedDevice, technician: Technician
) -> None:
    device.rate()
    bench.hello(device)
    thief = bench.registered("dev-002", "W08")
    thief.log = device.log
    with pytest.raises(Declined, match="is that of device dev-001, not of dev-002") as refused:
        taken(bench, technician.rescue(thief, at=bench.clock.now().wall))
    assert refused.value.code == "log_elsewhere"
    assert refused.value.facts == {"log": device.log.log_id, "device": "dev-001"}
    assert (bench.alarm_codes(), bench.stored()) == (["foreign_log"], [])


def test_tampered_rows_are_refused_and_alarmed(
    bench: ProvinceBench, device: SimulatedDevice, technician: Technician
) -> None:
    device.rate(1)
    row = device.log.rows[0]
    device.log.rows[0] = replace(row, canonical=row.canonical.replace(b'"level":1', b'"level":5'))
    done = taken(bench, technician.rescue(device, at=bench.clock.now().wall))
    (receipt,) = receipts(bench, device, done)
    assert (receipt.status, done.rows) == ("refused", 0)
    assert "its hash does not follow" in (receipt.why or "")
    assert (bench.alarm_codes(), bench.stored()) == (["broken_batch"], [])


def test_who_is_no_technician_or_no_more_brings_nothing(
    bench: ProvinceBench, device: SimulatedDevice, technician: Technician
) -> None:
    device.rate()
    now = bench.clock.now().wall
    for key in (SigningKey.generate(), device.key):
        with pytest.raises(Declined, match="no technician's") as refused:
            taken(bench, technician.rescue(device, at=now, key=key))
        assert refused.value.code == "technician_unknown"
    signed = technician.rescue(device, at=now)
    with pytest.raises(Declined, match="or another's"):
        rescues_of(bench).take(signed, brought_by="li")
    office_of(bench).disable(technician.name)
    with pytest.raises(Declined, match="may act no more since") as refused:
        taken(bench, signed)
    assert refused.value.code == "technician_disabled"
    assert bench.stored() == []


@pytest.mark.parametrize("change", [lambda s: s[:-4] + "AAAA", lambda s: s + ".x", lambda _: "窗评"])
def test_what_is_no_statement_of_a_technician_is_refused(
    bench: ProvinceBench, device: SimulatedDevice, technician: Technician, change
) -> None:
    device.rate()
    with pytest.raises(Declined) as refused:
        taken(bench, change(technician.rescue(device, at=bench.clock.now().wall)))
    assert refused.value.code == "rescue_unusable"
    assert bench.stored() == []


def test_a_device_that_nobody_registered_cannot_be_rescued(
    bench: ProvinceBench, technician: Technician
) -> None:
    stranger = SimulatedDevice("dev-009", bench.clock.now().wall)
    stranger.rate()
    with pytest.raises(Declined, match="no device dev-009") as refused:
        taken(bench, technician.rescue(stranger, at=bench.clock.now().wall))
    assert refused.value.code == "not_registered"


def test_a_sealed_blob_is_kept_beside_its_rescued_row_still_sealed(
    bench: ProvinceBench, device: SimulatedDevice, technician: Technician
) -> None:
    seq, blob = leave(device, KEY.public)
    now, log_id = bench.clock.now().wall, device.log.log_id
    early = technician.rescue(device, last=0, at=now, sealed=[blob.message(log_id, seq)])
    assert [r.status for r in receipts(bench, device, taken(bench, early))] == ["ok", "resend"]
    assert taken(bench, technician.rescue(device, at=now)).rows == 1
    done = taken(bench, early)
    assert (done.rows, done.blobs) == (0, 1)
    assert [(r.status, r.re) for r in receipts(bench, device, done)[1:]] == [("ok", blob.sha256)]
    with bench.database.read() as connection:
        kept = sealed.find(connection, log_id, blob.sha256)
    assert kept is not None
    assert (kept.enc, kept.ct) == (blob.enc, blob.ct)
    assert taken(bench, early).blobs == 0


def test_rows_behind_what_is_lost_follow_it_and_what_is_not_said_to_be_lost_is_asked_for(
    bench: ProvinceBench, device: SimulatedDevice, technician: Technician
) -> None:
    for level in (5, 4, 3, 2):
        device.rate(level)
    now = bench.clock.now().wall
    assert taken(bench, technician.rescue(device, 1, 1, at=now)).rows == 1
    (receipt,) = receipts(bench, device, taken(bench, technician.rescue(device, 4, at=now)))
    assert (receipt.status, receipt.from_seq) == ("resend", 2)
    lost = technician.rescue(device, 4, at=now, said={"lost": [(2, 3)], "state": "damaged"})
    assert taken(bench, lost).rows == 1
    assert [(s.seq, s.marks) for s in bench.stored()] == [(1, ("rescued",)), (4, ("rescued", "after_loss"))]
    assert bench.alarm_codes() == ["declared_loss"]


def test_a_rescued_log_goes_on_when_its_device_comes_back_to_life(
    bench: ProvinceBench, device: SimulatedDevice, technician: Technician
) -> None:
    device.rate(5)
    taken(bench, technician.rescue(device, at=bench.clock.now().wall))
    device.rate(4)
    assert bench.hello(device).through == 1
    assert bench.send(device, 1).through == 2
    assert [s.marks for s in bench.stored()] == [("rescued",), ()]


def test_a_technician_cannot_make_a_device_have_more_logs_than_it_may(
    bench: ProvinceBench, device: SimulatedDevice, technician: Technician
) -> None:
    now = bench.clock.now().wall
    with bench.database.write() as connection:
        for _ in range(MOST_LOGS):
            logs.lock(connection, SimulatedLog().log_id, device=device.name, at="2026-11-22")
    device.rate()
    done = taken(bench, technician.rescue(device, at=now))
    (receipt,) = receipts(bench, device, done)
    assert (receipt.status, done.rows, bench.stored()) == ("refused", 0, [])
    assert bench.alarm_codes() == ["too_many_logs"]


def test_a_technician_is_no_device_to_the_ingest(bench: ProvinceBench, technician: Technician) -> None:
    speaking = SimulatedDevice("tech-zhang", bench.clock.now().wall)
    speaking.key = technician.key
    assert bench.hello(speaking).status == "unknown_device"
    assert bench.say(speaking, UpName.RATINGS, speaking.wrap(device_batch(speaking), UpName.RATINGS)) is None
    assert bench.stored() == []
    assert set(bench.alarm_codes()) == {"unknown_device"}


def device_batch(device: SimulatedDevice) -> Ratings:
    device.rate()
    return device.log.batch(1, 1)
