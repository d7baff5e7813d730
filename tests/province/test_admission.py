"""Rows of the quarantine, admitted by a named person."""

from __future__ import annotations

import pytest

from province.errors import AdmissionError
from province.store import admissions
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice, SimulatedLog, handling, rating_row


@pytest.fixture
def fork(bench: ProvinceBench, device: SimulatedDevice) -> SimulatedLog:
    """Rows 3 to 6 in quarantine, where another row 3 is committed; row 7 follows."""
    for _ in range(3):
        device.rate()
    bench.send(device)
    fork = device.log.forked_at(2)
    fork.append(rating_row(at=device.at))
    fork.append(rating_row(2, at=device.at, visit="v4", handling=handling("p4")))
    fork.append(rating_row(at=device.at, visit="v5", handling=handling("p5")))
    fork.append(rating_row(at=device.at, visit="v6"))
    fork.append(rating_row(2, at=device.at, visit="v6", replaces=6, indicators=["207"]))
    assert bench.send(device, 3, 6, fork).status == "quarantined"
    assert bench.send(device, 7, 7, fork).status == "ok"
    return fork


def admit(bench: ProvinceBench, log: SimulatedLog, first: int, last: int) -> int:
    return bench.office.admit(log.log_id, first=first, last=last, by="王主任")


def test_admitted_rows_are_held_and_counted_by_the_rules_of_all(
    bench: ProvinceBench, device: SimulatedDevice, fork: SimulatedLog
) -> None:
    other = bench.registered("dev-002")
    other.rate(1, handling=handling("p5"))
    bench.send(other)
    before = {s.seq: (s.counted, s.marks) for s in bench.stored(device)}
    assert before[7] == (False, ("after_quarantine", "bad_replace"))
    assert admit(bench, fork, 4, 6) == 3
    after = {s.seq: (s.counted, s.marks) for s in bench.stored(device)}
    assert {seq: after[seq] for seq in (4, 5, 6, 7)} == {
        4: (True, ("admitted", "no_reason")),
        5: (False, ("admitted", "duplicate_service")),
        6: (False, ("admitted", "replaced")),
        7: (True, ("after_quarantine",)),  # what it replaces is there now
    }
    assert {seq: after[seq] for seq in (1, 2, 3)} == {seq: before[seq] for seq in (1, 2, 3)}


def test_who_admitted_what_and_when_is_kept(bench: ProvinceBench, fork: SimulatedLog) -> None:
    admit(bench, fork, 4, 5)
    with bench.database.read() as connection:
        (one,) = admissions.all_admissions(connection)
    assert (one.first, one.last, one.by, one.at) == (4, 5, "王主任", "2026-11-22T10:15:00.000+08:00")


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (3, 4, "row 3 of log .* is committed already, another in its place; leave it out"),
        (4, 7, "row 7 of log .* is not in quarantine"),
        (5, 4, "rows 5 to 4 are not 1 to 10000 rows"),
        (1, 20_000, "are not 1 to 10000 rows"),
    ],
)
def test_rows_that_cannot_be_admitted_are_named_and_nothing_is_done(
    bench: ProvinceBench, fork: SimulatedLog, first: int, last: int, why: str
) -> None:
    before = bench.stored()
    with pytest.raises(AdmissionError, match=why):
        admit(bench, fork, first, last)
    assert bench.stored() == before


def test_rows_are_admitted_once(bench: ProvinceBench, fork: SimulatedLog) -> None:
    admit(bench, fork, 4, 6)
    with pytest.raises(AdmissionError, match=r"row 4 of log .* is committed already, itself; leave it out"):
        admit(bench, fork, 4, 4)


def test_rows_in_quarantine_in_two_forms_are_for_nobody_to_choose(
    bench: ProvinceBench, device: SimulatedDevice, fork: SimulatedLog
) -> None:
    second = device.log.forked_at(2)
    for _ in range(7):
        second.append(rating_row(at=device.at))
    assert bench.send(device, 3, 9, second).status == "quarantined"
    with pytest.raises(AdmissionError, match=r"in different forms \(batches 1, 2\)"):
        admit(bench, fork, 4, 4)


def test_a_log_nobody_announced_cannot_be_admitted(bench: ProvinceBench) -> None:
    with pytest.raises(AdmissionError, match="is not known here"):
        admit(bench, SimulatedLog(), 1, 1)
