"""The closed logs as the agent finds them on the card."""

from __future__ import annotations

from pathlib import Path

import pytest

from device.clock import FakeClock
from device.ledger.closed_log import closed_log_path
from device.ledger.guard import LedgerGuard, guarded_ledger
from device.ledger.reader import Head
from device.ledger.writer import Ledger
from sync.agent.closed_logs import ClosedLogs
from sync.agent.ledger_source import LedgerSource
from sync.agent.logs import Logs
from sync.contract.batch import build_batch, check_batch, first_batch
from tests.device.damage import overwrite_page_of
from tests.device.ratings import ledger_with, rating


@pytest.fixture
def damaged(tmp_path: Path) -> str:
    """A device whose ledger of 40 rows was damaged near row 36; the log_id."""
    ledger = ledger_with(tmp_path / "ratings.db", 40)
    log_id = ledger.head.log_id
    ledger.close()
    overwrite_page_of(tmp_path / "ratings.db", 36)
    opened(tmp_path, log_id).close()
    return log_id


def opened(folder: Path, log_id: str | None) -> LedgerGuard:
    guard = guarded_ledger(folder, max_mib=64, ballast_kib=64, clock=FakeClock())
    guard.open(known_log=log_id)
    assert guard.fault is None
    return guard


def test_a_damaged_log_is_found_with_what_it_lost(tmp_path: Path, damaged: str) -> None:
    logs = ClosedLogs(tmp_path)
    (log,) = logs.look()
    assert (log.log_id, log.state, log.head.seq, log.floor.seq) == (damaged, "damaged", 40, 0)
    assert log.has_lost(36)
    assert log.has_lost(41)  # whatever followed the last row that could be read
    assert not log.has_lost(34)
    assert not log.has_lost(40)
    assert logs.hash_of(damaged, 36) is None
    assert logs.hash_of(damaged, 40) == log.head.hash


def test_its_batches_end_at_the_gap_and_begin_after_it(tmp_path: Path, damaged: str) -> None:
    source = LedgerSource(tmp_path / "ratings.db")
    logs = Logs(source, ClosedLogs(tmp_path))
    (log,) = logs.closed()
    ((first, last),) = log.lost
    before = first_batch(logs.rows_after(damaged, 0, 100), most_rows=100)
    after = first_batch(logs.rows_after(damaged, before[-1].seq, 100), most_rows=100)
    assert (before[-1].seq, after[0].seq, after[-1].seq) == (first - 1, last + 1, 40)
    for rows in (before, after):
        check_batch(build_batch(damaged, rows))
    assert logs.is_gone(damaged, first)
    source.close()


def test_logs_come_in_the_order_in_which_they_ended(tmp_path: Path) -> None:
    guard = opened(tmp_path, None)
    ended = []
    for number in range(3):
        guard.append(rating(number))
        ended.append(guard.log_id)
        guard.end_log("diverged")
    guard.close()
    found = ClosedLogs(tmp_path).look()
    assert [log.log_id for log in found] == ended
    assert [log.prior for log in found] == [None, *ended[:2]]
    assert {log.state for log in found} == {"closed"}


def test_a_closed_log_that_cannot_be_read_is_left_out_and_said_once(
    tmp_path: Path, damaged: str, caplog: pytest.LogCaptureFixture
) -> None:
    closed_log_path(tmp_path, damaged).write_bytes(b"no database" * 100)
    logs = ClosedLogs(tmp_path)
    assert logs.look() == logs.look() == []
    assert caplog.text.count("closed log not readable") == 1


def test_without_closed_logs_there_are_none(tmp_path: Path) -> None:
    assert ClosedLogs(tmp_path).look() == []


def test_the_active_log_tells_why_it_was_begun(tmp_path: Path, damaged: str) -> None:
    source = LedgerSource(tmp_path / "ratings.db")
    assert source.head(0) is not None
    assert source.prior() == damaged
    assert source.begun_because()
    source.close()


class PutBack:
    """A device whose log of 6 rows ended at 9, whose ratings.db of 6 rows was put back, and ended again.

    `fork`: how many other rows were written into it in between, by software that let them.
    """

    def __init__(self, folder: Path, *, fork: int) -> None:
        path = folder / "ratings.db"
        ledger = ledger_with(path, 6)
        self.log_id = ledger.head.log_id
        ledger.close()
        image = path.read_bytes()
        guard = opened(folder, self.log_id)
        for number in (7, 8, 9):
            guard.append(rating(number))
        self.first_head = guard.head
        guard.end_log("diverged")
        guard.close()
        for side in ("-wal", "-shm"):
            path.with_name(path.name + side).unlink(missing_ok=True)
        path.write_bytes(image)
        old = Ledger(path)
        old.open()
        for number in range(fork):
            old.append(rating(100 + number))
        self.second_head = old.head
        source = LedgerSource(path)
        logs = Logs(source, ClosedLogs(folder))
        assert source.head(0) == old.head
        assert logs.closed() == []  # one log is never announced twice
        assert logs.hash_of(self.log_id, old.head.seq) == old.head.hash
        self.common = Head(self.log_id, 3, str(logs.hash_of(self.log_id, 3)))
        source.close()
        old.close()
        opened(folder, self.log_id).close()


def test_a_file_put_back_that_has_nothing_to_add_is_never_carried(tmp_path: Path) -> None:
    device = PutBack(tmp_path, fork=0)
    for held in (None, device.second_head, device.first_head):
        (log,) = ClosedLogs(tmp_path, receipted=lambda _, held=held: held).look()
        assert log.head == device.first_head


def test_of_two_files_of_one_log_each_is_carried_in_its_turn(tmp_path: Path) -> None:
    device = PutBack(tmp_path, fork=2)
    turns = {None: device.first_head, device.common: device.first_head}
    turns |= {device.first_head: device.second_head, device.second_head: device.second_head}
    for held, carried in turns.items():
        logs = ClosedLogs(tmp_path, receipted=lambda _, held=held: held)
        (log,) = logs.look()
        assert log.head == carried, held
        assert logs.hash_of(device.log_id, carried.seq) == carried.hash
        assert logs.rows_after(device.log_id, 7, 100)[0].hash == logs.hash_of(device.log_id, 8)
