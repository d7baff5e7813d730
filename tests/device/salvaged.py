"""A ledger to be damaged, and what is looked at after its salvage."""

from __future__ import annotations

from device.clock import FakeClock
from device.ledger.closed_log import closed_log_path
from device.ledger.guard import guarded_ledger
from device.ledger.reader import LedgerReader
from device.ledger.verify import verify_all
from tests.device.ratings import ledger_with

ROWS = 40


def made(path, rows=ROWS):
    """A closed ledger with rows; its log_id."""
    ledger = ledger_with(path, rows)
    log_id = ledger.head.log_id
    ledger.close()
    return log_id


def hashes(path):
    with LedgerReader(path) as reader:
        return {row.seq: row.hash for row in reader.rows()}


def opened(folder, log_id):
    guard = guarded_ledger(folder, max_mib=64, ballast_kib=64, clock=FakeClock())
    guard.open(known_log=log_id)
    return guard


def closed(folder, log_id):
    """Rows and lost ranges of the closed log, whose file proves itself."""
    with LedgerReader(closed_log_path(folder, log_id)) as reader:
        verdict = verify_all(reader)
        assert (verdict.bad_seq, verdict.why, verdict.missing_triggers) == (None, None, ())
        assert reader.log().log_id == log_id
        return {row.seq: row.hash for row in reader.rows()}, [(gap.first, gap.last) for gap in reader.lost()]


def neighbours(seq, lost):
    """The rows in `lost`: `seq`, and at most one beside it whose text shares the page."""
    ((first, last),) = lost
    assert first <= seq <= last
    assert last - first <= 1
    return set(range(first, last + 1))


def note(folder):
    with LedgerReader(folder / "ratings.db") as reader:
        first = reader.row(1)
        assert first is not None
        return reader.log().prior, first.row()
