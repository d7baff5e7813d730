"""Logs that ended, rows that are lost, and devices that say so, rightly or wrongly."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from province.ingest.delivery import MOST_LOGS
from province.ingest.loss import MOST_RANGES, Loss, Losses, newly_declared
from province.store import logs, losses
from province.store.alarms import latest
from sync.contract.keys import KeySet
from sync.contract.messages import LogState, Receipt
from sync.contract.topics import UpName
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import (
    SimulatedDevice,
    SimulatedLog,
    handling,
    open_receipt,
    rating_row,
)

Ranges = list[tuple[int, int]]


def ended(log: SimulatedLog, *, lost: Ranges | None = None, state: str = "damaged") -> LogState:
    return msgspec.structs.replace(log.state(), state=state, lost=lost or [], why="page cannot be read")


def announce(
    bench: ProvinceBench, device: SimulatedDevice, *closed: LogState, **active: Any
) -> list[Receipt]:
    """Hello with closed logs and a new active one; the answers, that about the active log first."""
    state = msgspec.structs.replace(device.log.state(), **active)
    answer = bench.ingest.take(device.topic(UpName.HELLO), device.hello(logs=[*closed, state]))
    assert answer is not None
    return [open_receipt(device, one.payload, KeySet([bench.key.public])) for one in (answer, *answer.beside)]


def send_after_loss(
    bench: ProvinceBench, device: SimulatedDevice, log: SimulatedLog, first: int, last: int
) -> Receipt:
    batch = msgspec.structs.replace(log.batch(first, last), after_loss=True)
    receipt = bench.say(device, UpName.RATINGS, device.wrap(batch, UpName.RATINGS))
    assert receipt is not None
    return receipt


@pytest.fixture
def damaged(device: SimulatedDevice) -> SimulatedLog:
    """A log of ten rows, followed by another."""
    for _ in range(10):
        device.rate()
    log, device.log = device.log, SimulatedLog()
    return log


def test_every_announced_log_is_answered_the_active_one_first(
    bench: ProvinceBench, device: SimulatedDevice, damaged: SimulatedLog
) -> None:
    bench.send(device, 1, 4, damaged)
    answers = announce(bench, device, ended(damaged))
    assert [(a.log_id, a.status, a.through) for a in answers] == [
        (device.log.log_id, "ok", 0),
        (damaged.log_id, "ok", 4),
    ]
    assert bench.send(device, 5, 10, damaged).through == 10


def test_a_declared_loss_lets_the_chain_go_on_after_the_gap(
    bench: ProvinceBench, device: SimulatedDevice, damaged: SimulatedLog
) -> None:
    announce(bench, device, ended(damaged, lost=[(4, 5)]))
    bench.send(device, 1, 3, damaged)
    receipt = send_after_loss(bench, device, damaged, 6, 8)
    assert (receipt.status, receipt.through, receipt.head) == ("ok", 8, damaged.rows[7].hash)
    assert bench.send(device, 9, 10, damaged).through == 10
    assert [(s.seq, s.counted, s.marks) for s in bench.stored()] == [
        *((seq, True, ()) for seq in (1, 2, 3)),
        *((seq, True, ("after_loss",)) for seq in (6, 7, 8, 9, 10)),
    ]
    assert bench.alarm_codes() == ["declared_loss"]
    announce(bench, device, ended(damaged, lost=[(4, 5)]))
    with bench.database.read() as connection:
        (alarm,) = latest(connection, 10)
    assert (alarm.times, alarm.detail) == (1, f"log {damaged.log_id}: rows 4 to 5")
    assert send_after_loss(bench, device, damaged, 6, 8).through == 8  # it came again
    assert len(bench.stored()) == 8


def test_a_gap_that_nobody_declared_is_asked_for(
    bench: ProvinceBench, device: SimulatedDevice, damaged: SimulatedLog
) -> None:
    announce(bench, device, ended(damaged, lost=[(4, 5)]))
    bench.send(device, 1, 2, damaged)
    assert (
        bench.say(device, UpName.RATINGS, device.ratings(6, 8, damaged)) is None
    )  # kept until the gap is filled
    bench.clock.advance(5_000)
    assert [receipt.status for receipt in bench.due(device)] == ["resend"]
    receipt = send_after_loss(bench, device, damaged, 6, 8)
    assert (receipt.status, receipt.from_seq) == ("resend", 3)


def test_a_loss_that_was_not_declared_is_refused_and_alarmed(
    bench: ProvinceBench, device: SimulatedDevice, damaged: SimulatedLog
) -> None:
    announce(bench, device, ended(damaged))
    bench.send(device, 1, 3, damaged)
    receipt = send_after_loss(bench, device, damaged, 6, 8)
    assert (receipt.status, receipt.why) == ("refused", "row 5 was not declared lost")
    assert send_after_loss(bench, device, damaged, 1, 2).status == "refused"
    assert set(bench.alarm_codes()) == {"undeclared_loss"}
    assert len(bench.stored()) == 3


def test_rows_held_here_cannot_be_declared_away(
    bench: ProvinceBench, device: SimulatedDevice, damaged: SimulatedLog
) -> None:
    bench.send(device, 1, 6, damaged)
    announce(bench, device, ended(damaged, lost=[(5, 8)]))
    announce(bench, device, ended(damaged, lost=[(5, 8)]))
    assert [(s.seq, s.counted) for s in bench.stored()] == [(seq, True) for seq in range(1, 7)]
    assert sorted(bench.alarm_codes()) == ["declared_loss", "held_declared_lost"]
    assert send_after_loss(bench, device, damaged, 9, 10).through == 10


def test_a_row_that_replaces_a_lost_one_stands_for_its_visit(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    device.rate(5)
    device.rate(2, visit="v", handling=handling("p"))
    device.rate(2, visit="v", handling=handling("p"), replaces=2, indicators=["207"])
    log, device.log = device.log, SimulatedLog()
    announce(bench, device, ended(log, lost=[(2, 2)]))
    bench.send(device, 1, 1, log)
    send_after_loss(bench, device, log, 3, 3)
    assert [(s.seq, s.counted) for s in bench.stored()] == [(1, True), (3, True)]
    assert bench.alarm_codes() == ["declared_loss"]


def test_a_restored_province_that_lacks_rows_let_go_by_retention_goes_on_after_them(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    for _ in range(10):
        device.rate()
    bench.send(device, 1, 3)
    (answer,) = announce(bench, device, first_seq=7)
    assert (answer.status, answer.through) == ("ok", 3)
    assert send_after_loss(bench, device, device.log, 7, 10).through == 10
    assert bench.alarm_codes() == ["declared_loss"]


def test_the_rows_of_a_closed_fork_are_kept_aside_and_receipted(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    for _ in range(10):
        device.rate()
    bench.send(device)
    fork = device.log.forked_at(6)
    for _ in range(2):
        fork.append(rating_row(at=device.at))
    device.log = SimulatedLog()
    announce(bench, device, ended(fork, state="closed"))
    for _ in range(2):  # and when its receipt was lost
        receipt = bench.send(device, 5, 8, fork)
        assert (receipt.through, receipt.head) == (8, fork.head)
    assert [(s.seq, s.counted) for s in bench.stored()] == [(seq, True) for seq in range(1, 11)]
    with bench.database.read() as connection:
        assert connection.exec_driver_sql("SELECT first, last FROM quarantine").all() == [(5, 8)]
    assert bench.alarm_codes() == ["conflict"]


def test_a_cloned_card_is_alarmed_and_the_first_device_goes_on(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    device.rate()
    bench.send(device)
    clone = bench.registered("dev-002")
    foreign = msgspec.structs.replace(device.log.state(), state="closed", lost=[(1, 1)])
    answers = announce(bench, clone, foreign)
    assert [(a.log_id, a.status) for a in answers] == [
        (clone.log.log_id, "ok"),
        (device.log.log_id, "refused"),
    ]
    assert bench.hello(clone, device.log).status == "refused"
    assert set(bench.alarm_codes()) == {"foreign_log"}
    device.rate()
    assert bench.send(device, 2, 2).through == 2


def test_a_hello_full_of_gaps_costs_few_statements_and_one_alarm_for_each_log(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    gaps = [(seq, seq) for seq in range(2, 2 * 256 + 1, 2)]
    closed = []
    for _ in range(40):
        log = SimulatedLog()
        closed.append(ended(log, lost=gaps))
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        announce(bench, device, *closed)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", count)
    assert len(statements) < 20 * len(closed)
    with bench.database.read() as connection:
        raised = latest(connection, 1000)
        assert losses.declared(connection, closed[0].log_id).undeclared(1, 6) == [(1, 1), (3, 3), (5, 5)]
    assert [alarm.code for alarm in raised] == ["declared_loss"] * len(closed)
    assert f"log {closed[0].log_id}: 256 rows in 256 ranges from 2 to 512" in {a.detail for a in raised}


def test_a_log_has_no_more_lost_ranges_than_can_be_true(
    bench: ProvinceBench, device: SimulatedDevice, damaged: SimulatedLog
) -> None:
    for page in range(6):
        gaps = [(seq, seq) for seq in range(page * 512 + 2, page * 512 + 512, 2)]
        announce(bench, device, ended(damaged, lost=gaps))
    with bench.database.read() as connection:
        assert len(losses.declared(connection, damaged.log_id).ranges) == MOST_RANGES


def test_a_device_begins_no_more_logs_than_can_be_true(bench: ProvinceBench, device: SimulatedDevice) -> None:
    while (count := logs_of(bench, device)) < MOST_LOGS:
        room = min(MOST_LOGS - count, 60)
        announce(bench, device, *[ended(SimulatedLog()) for _ in range(room - (count == 0))])
    answers = announce(bench, device, ended(SimulatedLog()))
    assert [answer.status for answer in answers] == ["ok", "refused"]
    device.log = SimulatedLog()
    device.rate()
    assert bench.hello(device).status == "refused"
    assert bench.send(device).status == "refused"
    assert logs_of(bench, device) == MOST_LOGS
    assert set(bench.alarm_codes()) == {"too_many_logs"}


def logs_of(bench: ProvinceBench, device: SimulatedDevice) -> int:
    with bench.database.read() as connection:
        return logs.count_of(connection, device.name)


def test_a_hello_said_again_in_its_session_may_be_older_than_the_rows(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    device.rate()
    said_again = device.hello()
    bench.hello(device)
    device.rate()
    bench.send(device, 1, 2)
    receipt = bench.say(device, UpName.HELLO, said_again)  # another worker had it in its queue
    assert receipt is not None
    assert (receipt.status, receipt.through) == ("ok", 2)
    assert bench.alarm_codes() == []


ranges = st.lists(
    st.tuples(st.integers(1, 30), st.integers(0, 8)).map(lambda pair: Loss(pair[0], sum(pair), False, ""))
)


@given(ranges, st.integers(0, 40), st.integers(0, 40))
def test_what_is_undeclared_is_what_no_range_covers(found: list[Loss], first: int, last: int) -> None:
    losses = Losses(tuple(found))
    expected = {s for s in range(first, last + 1) if not any(x.first <= s <= x.last for x in found)}
    parts = losses.undeclared(first, last)
    assert {s for a, b in parts for s in range(a, b + 1)} == expected
    assert parts == sorted(parts)


pairs = st.lists(st.tuples(st.integers(0, 30), st.integers(-2, 8)).map(lambda pair: (pair[0], sum(pair))))


@given(pairs, pairs, st.integers(0, 20), st.integers(1, 20))
def test_what_is_newly_declared_is_every_lost_row_once(
    before: Ranges, now: Ranges, head_seq: int, first_seq: int
) -> None:
    state = ended(SimulatedLog(), lost=before)
    known = Losses(tuple(newly_declared(state, Losses(), 0)))
    state = msgspec.structs.replace(state, lost=now, first_seq=first_seq)
    new = newly_declared(state, known, head_seq)
    covered = {s for first, last in [*before, *now] for s in range(max(first, 1), last + 1)}
    if first_seq > head_seq + 1:
        covered |= set(range(head_seq + 1, first_seq))
    seqs = [s for loss in (*known.ranges, *new) for s in range(loss.first, loss.last + 1)]
    assert sorted(seqs) == sorted(covered)
    assert all(loss.held == (loss.last <= head_seq) for loss in new)
    assert all(loss.first > head_seq for loss in new if not loss.held)
    assert new == sorted(new, key=lambda loss: loss.first)
