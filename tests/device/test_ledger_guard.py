"""The guarded ledger on a small file system: full, read-only, damaged, and well again."""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path

import pytest

from device.clock import FakeClock
from device.errors import LedgerError
from device.faults import Fault
from device.ledger.closed_log import closed_log_path
from device.ledger.guard import guarded_ledger
from device.ledger.reader import LedgerReader
from device.ledger.verify import verify_all
from tests.device.damage import overwrite_page_of
from tests.device.ratings import ledger_with, rating

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")


@pytest.fixture
def card(tmp_path):
    """A card of 4 MiB."""
    folder = tmp_path / "card"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "chuangping-test", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def guard_on(folder):
    return guarded_ledger(folder, max_mib=64, ballast_kib=512, clock=FakeClock())


def rows(folder):
    with LedgerReader(folder / "ratings.db") as reader:
        verdict = verify_all(reader)
    assert verdict.bad_seq is None
    return verdict.rows


def fill(folder: Path, leave: int = 0) -> Path:
    room = os.statvfs(folder)
    filler = folder / "filler"
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize - leave)
    return filler


def test_the_first_start_makes_a_ledger(tmp_path):
    guard = guard_on(tmp_path / "new")
    guard.open(known_log=None)
    assert guard.fault is None
    assert guard.append(rating(1)).seq == 1
    guard.close()


def test_a_ledger_that_was_known_and_is_gone_is_not_made_anew(tmp_path):
    guard = guard_on(tmp_path)
    guard.open(known_log="0" * 32)
    assert guard.fault is Fault.LEDGER_MISSING
    assert not (tmp_path / "ratings.db").exists()
    with pytest.raises(LedgerError):
        guard.append(rating(1))


def test_what_is_no_ledger_at_all_is_set_aside_as_it_is_and_a_new_one_begins(tmp_path):
    (tmp_path / "ratings.db").write_bytes(b"something else")
    guard = guard_on(tmp_path)
    guard.open(known_log=None)
    assert guard.fault is None
    (kept,) = (tmp_path / "damaged").glob("unread-*/ratings.db")
    assert kept.read_bytes() == b"something else"
    with LedgerReader(tmp_path / "ratings.db") as reader:
        assert reader.log().prior is None
        (note,) = reader.rows()
    assert note.row()["note"] == "log_damaged"
    guard.close()


def test_a_ledger_that_has_reached_its_largest_size_stays_at_its_fault(tmp_path):
    guard = guarded_ledger(tmp_path, max_mib=1, ballast_kib=64, clock=FakeClock())
    guard.open(known_log=None)
    number = 0
    while guard.check():
        number += 1
        guard.append(rating(number))
    assert guard.fault is Fault.STORAGE_FULL
    guard.open(known_log=None)
    assert guard.fault is Fault.STORAGE_FULL
    assert rows(tmp_path) == number


@needs_root
def test_a_card_that_fills_up_is_noticed_before_a_press_and_recovers_with_the_room(card):
    guard = guard_on(card)
    guard.open(known_log=None)
    guard.append(rating(1))
    filler = fill(card)
    assert not guard.check()
    assert guard.fault is Fault.STORAGE_FULL
    assert not (card / "ballast").exists()
    guard.open(known_log=None)
    assert guard.fault is Fault.STORAGE_FULL
    filler.unlink()
    guard.open(known_log=None)
    assert guard.fault is None
    assert (card / "ballast").stat().st_size == 512 * 1024
    assert guard.append(rating(2)).seq == 2
    guard.close()
    assert rows(card) == 2


@needs_root
def test_a_card_that_is_full_at_the_press_loses_nothing_that_was_said_to_be_saved(card):
    guard = guard_on(card)
    guard.open(known_log=None)
    saved = 0
    filler = fill(card, leave=16 * 1024)
    while guard.fault is None:
        with contextlib.suppress(LedgerError):
            saved = guard.append(rating(saved + 1)).seq
    assert guard.fault is Fault.STORAGE_FULL
    filler.unlink()
    guard.open(known_log=None)
    assert guard.fault is None
    assert rows(card) == saved
    guard.close()


@needs_root
def test_a_card_that_turns_read_only_is_said_and_recovers(card):
    guard = guard_on(card)
    guard.open(known_log=None)
    guard.append(rating(1))
    guard.close()
    subprocess.run(["mount", "-o", "remount,ro", card], check=True)
    guard.open(known_log=None)
    assert guard.fault is Fault.STORAGE_READ_ONLY
    subprocess.run(["mount", "-o", "remount,rw", card], check=True)
    guard.open(known_log=None)
    assert guard.fault is None
    assert guard.append(rating(2)).seq == 2
    guard.close()


@needs_root
def test_a_card_too_full_to_salvage_a_ledger_on_stays_at_its_fault_and_loses_nothing(card):
    ledger = ledger_with(card / "ratings.db", 1000)
    log_id = ledger.head.log_id
    ledger.close()
    overwrite_page_of(card / "ratings.db", 999)
    filler = fill(card, leave=800 * 1024)
    guard = guard_on(card)
    for _ in range(2):
        guard.open(known_log=log_id)
        assert guard.fault is Fault.STORAGE_FULL
        assert not (card / "closed").exists()  # not even begun: each attempt would wear out the card
        assert len(list((card / "damaged").iterdir())) == 1
    filler.unlink()
    guard.open(known_log=log_id)
    assert guard.fault is None
    assert guard.append(rating(1)).seq == 2
    guard.close()
    with LedgerReader(closed_log_path(card, log_id)) as reader:
        lost = sum(gap.last - gap.first + 1 for gap in reader.lost())
        assert len(list(reader.rows())) == 1000 - lost
    assert lost <= 2


def was_written(probe: Path) -> bool:
    """Whether the probe was written since the last call."""
    before = probe.stat().st_mtime_ns
    os.utime(probe, ns=(0, 0))
    return before != 0


def test_asking_the_card_writes_one_block_every_30_s(tmp_path):
    guard = guard_on(tmp_path)
    guard.open(known_log=None)
    assert was_written(tmp_path / "probe")
    wrote = []
    for at_ms in range(30_000, 95_000, 1_000):
        assert guard.look_at_card(at_ms, idle=True)
        if was_written(tmp_path / "probe"):
            wrote.append(at_ms)
    assert wrote == [30_000, 60_000, 90_000]
    guard.close()


def test_while_somebody_is_served_the_card_is_only_looked_at(tmp_path):
    guard = guard_on(tmp_path)
    guard.open(known_log=None)
    was_written(tmp_path / "probe")
    assert guard.look_at_card(1_000_000, idle=False)
    assert not was_written(tmp_path / "probe")
    guard.close()


def test_a_folder_that_is_gone_is_a_fault_at_the_next_look(tmp_path):
    folder, elsewhere = tmp_path / "card", tmp_path / "elsewhere"
    guard = guard_on(folder)
    guard.open(known_log=None)
    folder.rename(elsewhere)
    assert not guard.look_at_card(1_000, idle=True)
    assert guard.fault is Fault.STORAGE_ERROR
    assert not guard.card_refuses(), "opening says better what is wrong: the ledger is missing"
    elsewhere.rename(folder)
    guard.open(known_log=None)
    assert guard.fault is None
    guard.close()
