"""Invitations in device.db: there after a restart, gone after a day, by no wall clock."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing

import pytest

from device.clock import FakeClock
from device.counter import InvitationState, Invited
from device.errors import LedgerError
from device.faults import Fault
from device.invitation_store import KEPT_MS, InvitationStore
from tests.device.visits import invitation


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def store(tmp_path, clock):
    store = InvitationStore(tmp_path / "device.db")
    store.open(clock.now())
    yield store
    store.close()


def add(store, clock, number=1, key=None):
    store.add(
        invitation(number),
        expires_at="2026-11-22T10:17:00.000+08:00",
        idempotency_key=key,
        body_sha256="a" * 64,
        now=clock.now(),
    )


def reopened(store, clock, tmp_path):
    store.close()
    again = InvitationStore(tmp_path / "device.db")
    again.open(clock.now())
    return again


def test_an_open_invitation_is_there_after_a_restart(store, clock, tmp_path):
    add(store, clock, 1)
    add(store, clock, 2)
    store.set_state("i-1", InvitationState.ANSWERED)
    again = reopened(store, clock, tmp_path)
    assert [i.id for i in again.waiting()] == ["i-2"]
    assert again.waiting()[0].handling == invitation(2).handling
    assert again.state_of("i-1") is InvitationState.ANSWERED
    assert again.state_of("i-3") is None
    again.close()


def test_the_first_answer_to_an_idempotency_key_is_kept(store, clock):
    add(store, clock, 1, key="k")
    store.set_state("i-1", InvitationState.CLOSED)
    first = store.first_answer("k")
    assert first.invited == Invited("i-1", InvitationState.WAITING, "2026-11-22T10:17:00.000+08:00")
    assert store.first_answer("other") is None


def test_ended_invitations_go_after_a_day_of_uptime_and_open_ones_stay(store, clock):
    add(store, clock, 1)
    add(store, clock, 2)
    store.set_state("i-1", InvitationState.CLOSED)
    clock.advance(KEPT_MS)
    store.forget_old(clock.now())
    assert store.state_of("i-1") is InvitationState.CLOSED
    clock.advance(1)
    store.forget_old(clock.now())
    assert store.state_of("i-1") is None
    assert store.state_of("i-2") is InvitationState.WAITING


def test_after_a_reboot_the_day_begins_anew(store, clock, tmp_path):
    add(store, clock, 1)
    store.set_state("i-1", InvitationState.CLOSED)
    rebooted = FakeClock(boot="b" * 32, _mono_ms=5)
    again = reopened(store, rebooted, tmp_path)
    again.forget_old(rebooted.now())
    assert again.state_of("i-1") is InvitationState.CLOSED
    rebooted.advance(KEPT_MS + 1)
    again.forget_old(rebooted.now())
    assert again.state_of("i-1") is None
    again.close()


def test_the_log_is_remembered(store, clock, tmp_path):
    assert store.known_log() is None
    store.know_log("a" * 32)
    store.know_log("a" * 32)
    again = reopened(store, clock, tmp_path)
    assert again.known_log() == "a" * 32
    again.close()


def changed(tmp_path, sql):
    """As a card that changed a value: past the file's own checks."""
    with closing(sqlite3.connect(tmp_path / "device.db", isolation_level=None)) as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        db.execute(sql)


@pytest.mark.parametrize(
    ("sql", "ask"),
    [
        ("UPDATE time_floor SET at = '2026-13-22'", "time_floor"),
        ("UPDATE time_floor SET at = CAST(x'ff' AS TEXT)", "time_floor"),
        ("UPDATE invitation SET handling = '{'", "waiting"),
        ("UPDATE invitation SET handling = '[]'", "waiting"),
        ("UPDATE invitation SET visit = CAST(x'ff' AS TEXT)", "waiting"),
        ("UPDATE invitation SET state = 'waitinh'", "state"),
        ("DROP TABLE known_log", "known_log"),
    ],
)
def test_a_file_that_holds_what_nobody_wrote_is_set_aside_and_another_begun(store, tmp_path, sql, ask):
    clock = FakeClock()
    add(store, clock)
    store.raise_time_floor(clock.now().wall)
    changed(tmp_path, sql)
    with pytest.raises(LedgerError) as raised:
        store.state_of("i-1") if ask == "state" else getattr(store, ask)()
    assert raised.value.fault == Fault.LEDGER_DAMAGED
    assert not store.is_open
    store.open(clock.now())
    assert (store.waiting(), store.time_floor(), store.known_log()) == ([], None, "")
    assert (tmp_path / "device.db.damaged").exists()
    add(store, clock)
    again = reopened(store, clock, tmp_path)
    assert len(again.waiting()) == 1
    again.close()


@pytest.mark.parametrize("content", [b"\xff" * 4096, b"no database", b"SQLite format 3\0" + bytes(2000)])
def test_a_file_that_is_overwritten_is_set_aside_at_the_opening(tmp_path, clock, content, caplog):
    (tmp_path / "device.db").write_bytes(content)
    store = InvitationStore(tmp_path / "device.db")
    for _ in range(2):
        store.open(clock.now())
        assert store.known_log() == ""
        store.close()
    assert (tmp_path / "device.db.damaged").read_bytes() == content
    assert caplog.text.count("begun anew") == 1


def test_one_flipped_bit_of_the_schema_leaves_a_file_that_opens(tmp_path, clock):
    path = tmp_path / "device.db"
    store = InvitationStore(path)
    store.open(clock.now())
    add(store, clock)
    store.close()
    image, chance = path.read_bytes(), random.Random(3)
    for _ in range(40):
        data = bytearray(image)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        for side in ("-wal", "-shm"):
            path.with_name(path.name + side).unlink(missing_ok=True)
        path.write_bytes(data)
        for _ in range(2):
            try:
                store.open(clock.now())
                (store.waiting(), store.time_floor(), store.known_log(), store.first_answer("k"))
                store.know_log("a")
            except LedgerError as error:
                why = error
            else:
                why = None
                break
        assert why is None
        store.close()
