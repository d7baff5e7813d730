"""What the device does on the province's word about its logs: nothing that it has not proven itself."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from device.chain import genesis
from device.errors import ContractError
from device.ledger.closed_log import closed_log_path, closed_log_paths
from device.ledger.reader import LedgerReader
from device.province_time import ReceiptFacts, ReceivedReceipts
from device.upkeep import Upkeep
from sync.agent.store import SyncStore
from sync.contract.messages import Receipt
from tests.device.bench import Bench
from tests.device.ratings import rating


class Setting:
    """A device on a bench whose agent has put receipts down; a receipt that was changed does not hold."""

    def __init__(self, folder) -> None:
        self.bench = Bench(folder)
        self.facts: dict[bytes, ReceiptFacts] = {}
        self.sync = SyncStore(folder / "sync.db")
        self.sync.open()
        self.upkeep = Upkeep(
            clock=self.bench.clock,
            guard=self.bench.guard,
            store=self.bench.store,
            receipts=ReceivedReceipts(folder / "sync.db", self.verify),
            retention_days=30,
            kernel_synchronised=lambda: True,
        )

    def verify(self, jws: bytes) -> ReceiptFacts:
        if jws not in self.facts:
            raise ContractError("the signature does not hold")
        return self.facts[jws]

    def receive(self, *, through, head, status="ok", log_id=None, days=0, signed=True) -> None:
        log_id = log_id or self.bench.guard.log_id
        now = self.bench.clock.now()
        time = now.wall + timedelta(days=days)
        receipt = Receipt(
            re="m",
            session="s",
            log_id=log_id,
            through=through,
            head=head,
            status=status,
            time=time.isoformat(),
        )
        jws = f"receipt {len(self.facts)}".encode() if signed else b"forged"
        if signed:
            self.facts[jws] = ReceiptFacts(log_id, through, time, head, status)
        self.sync.keep_receipt(receipt, jws, now)

    def rate(self, rows: int) -> None:
        for number in range(rows):
            self.bench.guard.append(rating(number))


@pytest.fixture
def setting(tmp_path):
    setting = Setting(tmp_path)
    yield setting
    setting.sync.close()
    setting.bench.window.close()


def test_a_receipt_for_rows_that_this_ledger_lacks_ends_the_log(setting, tmp_path):
    setting.rate(3)
    before = setting.bench.guard.log_id
    setting.receive(through=5, head="5" * 64)
    setting.upkeep.run(idle=True)
    assert setting.bench.guard.fault is None
    with LedgerReader(tmp_path / "ratings.db") as reader:
        assert reader.log().prior == before
    assert setting.bench.store.known_log() == setting.bench.guard.log_id != before
    assert closed_log_path(tmp_path, before).exists()
    setting.upkeep.run(idle=True)
    assert len(closed_log_paths(tmp_path)) == 1


def test_a_receipt_for_another_row_in_the_place_of_ours_ends_the_log(setting, tmp_path):
    setting.rate(3)
    setting.receive(through=2, head="2" * 64, status="diverged")
    setting.upkeep.run(idle=True)
    assert len(closed_log_paths(tmp_path)) == 1


@pytest.mark.parametrize("status", ["ok", "diverged", "resend"])
def test_a_receipt_that_agrees_with_our_rows_ends_nothing_whatever_it_says(setting, tmp_path, status):
    setting.rate(3)
    setting.receive(through=2, head=setting.bench.guard.row_hash(2), status=status)
    setting.receive(through=0, head=genesis(setting.bench.guard.log_id), status=status)
    setting.upkeep.run(idle=True)
    assert closed_log_paths(tmp_path) == []


def test_a_receipt_that_came_late_does_not_move_the_time_that_an_earlier_one_gave(setting):
    clock, heard = setting.bench.clock, setting.upkeep._receipts
    head = genesis(setting.bench.guard.log_id)
    setting.receive(through=0, head=head)
    good = heard.anchor()
    assert good is not None
    clock.advance(60_000)
    setting.receive(through=0, head=head, days=-8 / 86_400)
    assert heard.anchor() == good
    again = ReceivedReceipts(setting.bench.folder / "sync.db", setting.verify)  # of a process that restarts
    assert again.anchor() == good
    clock.advance(60_000)
    setting.receive(through=0, head=head)
    newest = heard.anchor()
    assert newest is not None
    assert newest.mono_ms == clock.mono_ms()
    setting.receive(through=0, head=head, days=9, signed=False)
    assert heard.anchor() == newest


def test_the_receipts_of_a_file_that_was_begun_anew_are_read_from_its_first(setting):
    heard, head = setting.upkeep._receipts, genesis(setting.bench.guard.log_id)
    for _ in range(3):
        setting.receive(through=0, head=head)
        setting.bench.clock.advance(60_000)
    assert heard.anchor() is not None
    setting.sync.close()
    for side in ("", "-wal", "-shm"):
        (setting.bench.folder / f"sync.db{side}").unlink(missing_ok=True)
    setting.sync.open()
    assert heard.anchor() is None
    setting.receive(through=0, head=head)
    anchor = heard.anchor()
    assert anchor is not None
    assert anchor.mono_ms == setting.bench.clock.mono_ms()


def test_a_forged_receipt_ends_nothing(setting, tmp_path):
    setting.rate(3)
    setting.receive(through=5, head="5" * 64, status="diverged", signed=False)
    setting.upkeep.run(idle=True)
    assert closed_log_paths(tmp_path) == []


def test_a_visit_that_is_on_is_not_disturbed(setting, tmp_path):
    setting.rate(3)
    setting.receive(through=5, head="5" * 64, status="diverged")
    setting.upkeep.run(idle=False)
    assert closed_log_paths(tmp_path) == []


def test_a_closed_log_goes_when_all_of_it_was_receipted_longer_ago_than_the_retention(setting, tmp_path):
    setting.rate(3)
    before = setting.bench.guard.log_id
    head = setting.bench.guard.head.hash
    setting.bench.guard.end_log("diverged")
    for through in (2, 3, 5):  # as the province holds the log that this one was forked from
        setting.receive(log_id=before, through=through, head="f" * 64, days=-40)
    setting.receive(log_id=before, through=3, head=head, days=-20)
    setting.receive(through=0, head=genesis(setting.bench.guard.log_id))
    setting.upkeep.run(idle=True)
    assert closed_log_path(tmp_path, before).exists()
    setting.receive(log_id=before, through=3, head=head, days=-31)
    setting.receive(through=0, head=genesis(setting.bench.guard.log_id))
    setting.bench.clock.advance(3600 * 1000)
    setting.upkeep.run(idle=True)
    assert not closed_log_path(tmp_path, before).exists()


def test_a_damaged_log_goes_when_rows_beyond_its_last_were_receipted(setting, tmp_path):
    setting.rate(3)
    before = setting.bench.guard.log_id
    setting.bench.guard.end_log("diverged")
    with sqlite3.connect(closed_log_path(tmp_path, before)) as db:
        db.execute("DROP TRIGGER closing_no_update")
        db.execute("UPDATE closing SET state = 'damaged'")
    setting.receive(log_id=before, through=3, head="f" * 64, days=-40)
    setting.receive(log_id=before, through=5, head="5" * 64, days=-20)
    setting.receive(through=0, head=genesis(setting.bench.guard.log_id))
    setting.upkeep.run(idle=True)
    assert closed_log_path(tmp_path, before).exists()
    setting.receive(log_id=before, through=5, head="5" * 64, days=-31)
    setting.receive(through=0, head=genesis(setting.bench.guard.log_id))
    setting.bench.clock.advance(3600 * 1000)
    setting.upkeep.run(idle=True)
    assert not closed_log_path(tmp_path, before).exists()


def test_rows_go_only_by_a_receipt_for_our_own_rows(setting, tmp_path):
    setting.rate(4)
    setting.receive(through=3, head="f" * 64, days=-40)
    setting.receive(through=4, head=setting.bench.guard.head.hash)
    setting.upkeep.run(idle=True)
    with LedgerReader(tmp_path / "ratings.db") as reader:
        assert reader.floor().seq == 0
    setting.receive(through=3, head=setting.bench.guard.row_hash(3), days=-31)
    setting.receive(through=4, head=setting.bench.guard.head.hash)
    setting.bench.clock.advance(3600 * 1000)
    setting.upkeep.run(idle=True)
    with LedgerReader(tmp_path / "ratings.db") as reader:
        assert reader.floor().seq == 3
