"""The device loop after power cuts and with files that fail: nothing is thanked that was not kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from device.counter import (
    CounterAction,
    CounterVerb,
    DeviceQuery,
    DeviceStatus,
    InvitationQuery,
    InvitationState,
    Invited,
    Refusal,
)
from device.faults import Fault
from device.snapshot import Screen
from tests.device.bench import Bench, refusal


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    bench.let(100)
    yield bench
    bench.window.close()


def test_a_power_cut_while_waiting_ends_as_unanswered_and_interrupted(bench):
    first, second = bench.invite(1), bench.invite(2)
    bench.restart()
    rows = bench.rows()
    assert [(r["outcome"], r["flags"]) for r in rows] == [("unanswered", ["interrupted"])] * 2
    assert [r["invite"]["id"] for r in rows] == [first.id, second.id]
    assert bench.ask(InvitationQuery(first.id)).state is InvitationState.CLOSED
    bench.restart()
    assert len(bench.rows()) == 2


def test_a_power_cut_between_the_row_and_the_counters_state_still_says_answered(bench):
    invited = bench.invite()
    bench.let(100)
    bench.press(3)
    bench.store.set_state(invited.id, InvitationState.WAITING)  # as if it had not been written any more
    bench.restart()
    assert [r["level"] for r in bench.rows()] == [3]
    assert bench.ask(InvitationQuery(invited.id)).state is InvitationState.ANSWERED


def test_when_the_ledger_cannot_record_nothing_is_thanked_and_the_invitation_ends_interrupted(bench):
    invited = bench.invite()
    bench.let(100)
    bench.guard._ledger.close()  # the nearest to a card that fails in the middle
    bench.press(5)
    assert bench.shown.screen is Screen.CANNOT_RECORD
    assert bench.shown.fault == Fault.STORAGE_ERROR
    assert bench.ask(InvitationQuery(invited.id)).state is InvitationState.WAITING
    assert refusal(bench.invite(2)) is Refusal.CANNOT_RECORD
    assert bench.ask(DeviceQuery()) == DeviceStatus(False, Fault.STORAGE_ERROR)
    bench.let(6000)
    assert bench.shown.screen is Screen.IDLE
    assert [(r["outcome"], r["flags"]) for r in bench.rows()] == [("unanswered", ["interrupted"])]
    assert not any(s.screen is Screen.THANKS for s in bench.snapshots)
    assert isinstance(bench.invite(2), Invited)


def test_a_clerk_who_logs_in_while_the_device_cannot_record_is_not_forgotten(bench):
    bench.invite()
    bench.let(100)
    bench.guard._ledger.close()
    bench.press(5)
    bench.ask(CounterAction(CounterVerb.LOGIN, "C0042"))
    bench.let(6000)
    assert bench.shown.clerk == "C0042"


def test_a_ledger_that_vanished_is_said_at_the_start_and_not_made_anew(bench, tmp_path):
    bench.window.close()
    for file in tmp_path.glob("ratings.db*"):
        file.unlink()
    bench.start()
    bench.let(6000)
    assert bench.shown.screen is Screen.CANNOT_RECORD
    assert bench.shown.fault == Fault.LEDGER_MISSING
    assert not (tmp_path / "ratings.db").exists()


def test_a_damaged_device_db_costs_the_open_invitations_and_no_rating(bench, tmp_path):
    bench.invite(1)
    bench.press(5)
    before = bench.guard.log_id
    with closing(sqlite3.connect(tmp_path / "device.db", isolation_level=None)) as db:
        db.execute("UPDATE invitation SET state = 'waiting', handling = '{'")
    bench.restart()
    bench.let(10_000)
    assert bench.window.fault is None
    assert bench.shown.screen is Screen.IDLE
    assert bench.guard.log_id == before == bench.store.known_log()
    bench.invite(2)
    bench.press(1)
    assert [row["level"] for row in bench.rows()] == [5, 1]


def test_a_damaged_device_db_does_not_let_a_missing_ledger_be_made_anew(bench, tmp_path):
    bench.window.close()
    (tmp_path / "device.db").write_bytes(b"\xff" * 4096)
    for file in tmp_path.glob("ratings.db*"):
        file.unlink()
    for _ in range(2):
        bench.start()
        bench.let(10_000)
        assert bench.window.fault is Fault.LEDGER_MISSING
        bench.window.close()
    assert not (tmp_path / "ratings.db").exists()
