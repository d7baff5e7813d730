"""Sealed blobs beside the chain: written with their row, protected, erased after their receipt, salvaged."""

from __future__ import annotations

import dataclasses

import pytest

from device import chain
from device.clock import FakeClock
from device.errors import LedgerError
from device.ledger.closed_log import closed_log_path
from device.ledger.guard import guarded_ledger
from device.ledger.reader import LedgerReader
from device.ledger.schema import migrations
from device.ledger.verify import verify_all
from device.ledger.writer import Ledger
from device.sqlite_file import open_writer
from tests.device.confided_ledgers import blobs, confide, confided_ledger
from tests.device.ledger_shell import shell, without_triggers
from tests.device.ratings import ledger_with, rating
from tests.device.sealed import WORDS, opened


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ratings.db"


def proof(path):
    with LedgerReader(path) as reader:
        return verify_all(reader)


def test_the_blob_is_written_with_the_row_that_names_it(path):
    ledger, blob = confided_ledger(path)
    ledger.close()
    (stored,) = blobs(path)
    assert (stored.seq, stored.sha256, stored.kid, stored.suite) == (4, blob.sha256, blob.kid, blob.suite)
    assert opened(stored.enc, stored.ct, visit=rating(4).visit)["words"] == WORDS
    with LedgerReader(path) as reader:
        row = reader.row(4).row()
    assert row["sealed"] == {"sha256": blob.sha256, "purpose": "words_contact"}
    assert proof(path).blobs_missing == ()


def test_blobs_are_read_after_a_row_in_order(path):
    ledger = ledger_with(path, 1)
    for number in (2, 3, 4):
        confide(ledger, number)
    ledger.close()
    assert [blob.seq for blob in blobs(path)] == [2, 3, 4]
    assert [blob.seq for blob in blobs(path, after=2)] == [3, 4]
    with LedgerReader(path) as reader:
        assert [blob.seq for blob in reader.sealed_after(0, 2)] == [2, 3]


def test_a_blob_that_its_row_does_not_name_is_refused_and_the_row_with_it(path):
    ledger, blob = confided_ledger(path)
    with pytest.raises(LedgerError, match="written once, with the row that names it"):
        ledger.append(rating(5), dataclasses.replace(blob, sha256="0" * 64))
    assert proof(path).rows == 4


def test_an_earlier_file_has_no_blobs_and_gets_the_table_when_it_is_opened(path):
    old = open_writer(path)
    migrations.apply(old, stop_before="m003_sealed")
    log_id = "5e" * 16
    old.execute("INSERT INTO log VALUES (?, NULL, ?)", [log_id, chain.genesis(log_id)])
    old.close()
    assert blobs(path) == []
    assert proof(path).missing_triggers == ()
    ledger = Ledger(path)
    ledger.open()
    confide(ledger, 1)
    ledger.close()
    assert len(blobs(path)) == 1
    assert proof(path).missing_triggers == ()


@pytest.mark.parametrize(
    ("sql", "refusal"),
    [
        ("UPDATE sealed SET ct = x'00'", "never changes"),
        ("DELETE FROM sealed", "only when the province has receipted it"),
        (
            "INSERT OR REPLACE INTO sealed SELECT sha256, seq, kid, suite, enc, x'00' FROM sealed",
            "written once",
        ),
        ("INSERT INTO sealed SELECT 'ab', 4, kid, suite, enc, ct FROM sealed", "written once"),
        ("INSERT INTO erased SELECT sha256, seq, '' FROM sealed", "no such function: hcp_receipt_in_hand"),
    ],
)
def test_a_plain_shell_cannot_touch_a_blob(path, sql, refusal):
    ledger, _ = confided_ledger(path)
    ledger.close()
    assert refusal in shell(path, sql)
    assert len(blobs(path)) == 1
    assert proof(path).blobs_missing == ()


def test_a_row_whose_blob_is_neither_held_nor_receipted_is_named(path):
    ledger, _ = confided_ledger(path)
    ledger.close()
    without_triggers(path, "DELETE FROM sealed")
    verdict = proof(path)
    assert (verdict.bad_seq, verdict.blobs_missing) == (None, (4,))


def test_a_blob_that_was_changed_counts_as_missing(path):
    ledger, _ = confided_ledger(path)
    ledger.close()
    without_triggers(path, "UPDATE sealed SET ct = zeroblob(1040)")
    assert proof(path).blobs_missing == (4,)


def test_a_blob_is_erased_with_its_receipt_in_its_place_and_the_chain_still_holds(path):
    ledger, blob = confided_ledger(path)
    assert ledger.erase_sealed({blob.sha256: "the receipt", "f" * 64: "of one that is not held"}) == 1
    ledger.append(rating(5))
    ledger.close()
    assert blobs(path) == []
    verdict = proof(path)
    assert (verdict.rows, verdict.why, verdict.blobs_missing) == (5, None, ())
    with LedgerReader(path) as reader:
        assert reader.erased() == {blob.sha256: 4}
    assert blob.ct not in path.read_bytes()


def test_the_proof_of_an_erasure_stays_as_long_as_its_row(path):
    ledger, blob = confided_ledger(path)
    ledger.erase_sealed({blob.sha256: "the receipt"})
    ledger.append(rating(5))
    ledger.append(rating(6))
    ledger.close()
    assert "stays as long as the row" in shell(path, "DELETE FROM erased")
    assert "never changes" in shell(path, "UPDATE erased SET receipt = ''")
    ledger.open()
    ledger.let_go(5, "another receipt")
    ledger.close()
    with LedgerReader(path) as reader:
        assert reader.erased() == {}
    assert proof(path).blobs_missing == ()


def test_rows_that_retention_lets_go_leave_their_undelivered_blob(path):
    ledger, blob = confided_ledger(path)
    ledger.append(rating(5))
    ledger.let_go(5, "receipt")
    ledger.close()
    assert [b.sha256 for b in blobs(path)] == [blob.sha256]


def guard(folder, log_id):
    made = guarded_ledger(folder, max_mib=64, ballast_kib=64, clock=FakeClock())
    made.open(known_log=log_id)
    assert made.fault is None
    return made


def test_a_closed_log_keeps_its_blobs_and_lets_them_be_erased(path, tmp_path):
    ledger, blob = confided_ledger(path)
    log_id = ledger.head.log_id
    ledger.close()
    keeper = guard(tmp_path, log_id)
    keeper.end_log("diverged")
    newer = confide(keeper, 9)
    closed = closed_log_path(tmp_path, log_id)
    assert {held.log_id: [b.sha256 for b in held.blobs] for held in keeper.sealed_held()} == {
        log_id: [blob.sha256],
        keeper.log_id: [newer.sha256],
    }
    assert "only when the province has receipted it" in shell(closed, "DELETE FROM sealed")
    assert keeper.erase_sealed(closed, {blob.sha256: "the receipt"}) == 1
    assert keeper.erase_sealed(path, {newer.sha256: "its receipt"}) == 1
    assert keeper.sealed_held() == []
    keeper.close()
    verdict = proof(closed)
    assert (verdict.why, verdict.missing_triggers, verdict.blobs_missing) == (None, (), ())


def test_salvage_carries_blobs_over_those_of_lost_rows_too(path, tmp_path):
    ledger, blob = confided_ledger(path)
    newer = confide(ledger, 5)
    erased = confide(ledger, 6)
    ledger.erase_sealed({erased.sha256: "its receipt"})
    log_id = ledger.head.log_id
    ledger.close()
    without_triggers(path, "UPDATE ledger SET canonical = '{}' WHERE seq = 4")
    keeper = guard(tmp_path, log_id)
    assert keeper.log_id != log_id
    keeper.close()
    closed = closed_log_path(tmp_path, log_id)
    assert [(b.seq, b.sha256, b.ct) for b in blobs(closed)] == [
        (4, blob.sha256, blob.ct),
        (5, newer.sha256, newer.ct),
    ]
    with LedgerReader(closed) as reader:
        assert [(gap.first, gap.last) for gap in reader.lost()] == [(4, 4)]
        assert reader.erased() == {erased.sha256: 6}
    verdict = proof(closed)
    assert (verdict.missing_triggers, verdict.blobs_missing) == ((), ())


def test_salvage_leaves_out_a_blob_that_is_not_whole(path, tmp_path):
    ledger, _ = confided_ledger(path)
    log_id = ledger.head.log_id
    ledger.close()
    without_triggers(
        path, "UPDATE sealed SET ct = zeroblob(1040); UPDATE ledger SET canonical = '{}' WHERE seq = 1"
    )
    guard(tmp_path, log_id).close()
    assert blobs(closed_log_path(tmp_path, log_id)) == []
    assert proof(closed_log_path(tmp_path, log_id)).blobs_missing == (4,)
