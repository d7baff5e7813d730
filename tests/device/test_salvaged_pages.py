"""Pages of a ledger that are damaged, gone or out of their tree: no row is lost but those in them."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing as closed_after

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.chain import link
from device.clock import FakeClock
from device.errors import LedgerError
from device.ledger.guard import guarded_ledger
from device.ledger.reader import LedgerReader
from device.ledger.succession import Succession
from device.ledger.writer import Ledger
from tests.device.damage import PAGE, overwrite_page_of, overwrite_pages
from tests.device.ledger_shell import shell
from tests.device.ratings import ledger_with, rating
from tests.device.salvaged import ROWS, closed, hashes, made, neighbours, note, opened


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ratings.db"


def test_a_page_that_cannot_be_read_costs_only_its_rows(path, tmp_path):
    log_id = made(path)
    before = hashes(path)
    overwrite_page_of(path, 36)
    guard = opened(tmp_path, log_id)
    assert guard.fault is None
    rows, lost = closed(tmp_path, log_id)
    gone = neighbours(36, lost)
    assert rows == {seq: digest for seq, digest in before.items() if seq not in gone}
    prior, told = note(tmp_path)
    assert prior == log_id
    assert (told["kind"], told["note"], told["prior"], told["lost"]) == (
        "note",
        "log_damaged",
        log_id,
        [list(gap) for gap in lost],
    )
    assert guard.append(rating(99)).seq == 2
    guard.close()


def cell_of(data, row):
    """Where the rowid of `row`, which is below 128, stands in its leaf page."""
    text = data.index((row.prev + row.hash).encode())
    return data.rindex(bytes([row.seq]), text - 16, text)


@pytest.mark.parametrize(("rowid", "gone"), [(b"\x00", []), (b"\x7f", []), (b"\xff\xff\xff\xff", [(60, 60)])])
def test_a_wrong_number_in_the_tree_costs_at_most_its_row(path, tmp_path, rowid, gone):
    log_id = made(path, 60)
    before = hashes(path)
    with LedgerReader(path) as reader:
        row = reader.row(60)
    data = bytearray(path.read_bytes())
    at = cell_of(data, row)
    data[at : at + len(rowid)] = rowid
    path.write_bytes(data)
    opened(tmp_path, log_id).close()
    rows, lost = closed(tmp_path, log_id)
    assert lost == gone
    assert rows == {seq: digest for seq, digest in before.items() if not gone or seq < 60}


@pytest.mark.parametrize("page", [0, 1, 5, 9])
def test_a_schema_that_is_gone_costs_no_row(path, tmp_path, page):
    log_id = made(path)
    before = hashes(path)
    overwrite_pages(path, page)
    guard = opened(tmp_path, log_id)
    assert guard.fault is None
    guard.close()
    assert closed(tmp_path, log_id) == (before, [])


def test_what_nobody_can_read_any_more_is_lost_as_far_as_the_log_is_known_to_have_gone(path, tmp_path):
    log_id = made(path)
    guard = opened(tmp_path, log_id)
    overwrite_pages(path, *range(path.stat().st_size // PAGE))
    with pytest.raises(LedgerError):
        guard.prove(0)
    guard.open(known_log=log_id)
    assert guard.fault is None
    guard.close()
    assert closed(tmp_path, log_id) == ({}, [(1, ROWS)])


def test_what_was_receipted_and_cannot_be_read_any_more_is_declared(path, tmp_path):
    log_id = made(path)
    overwrite_pages(path, *range(path.stat().st_size // PAGE))
    guard = guarded_ledger(
        tmp_path, max_mib=64, ballast_kib=64, clock=FakeClock(), reached={log_id: 7}.__getitem__
    )
    guard.open(known_log=log_id)
    guard.close()
    assert closed(tmp_path, log_id) == ({}, [(1, 7)])


def test_rows_behind_a_hole_in_the_write_ahead_log_are_found(path, tmp_path):
    ledger = ledger_with(path, 6)
    log_id = ledger.head.log_id
    for row in range(7, 12):
        ledger.append(rating(row))
    before = hashes(path)
    image = tmp_path / "image"
    image.mkdir()
    for side in ("", "-wal"):
        shutil.copy(f"{path}{side}", image)
    ledger.close()
    wal = bytearray((image / "ratings.db-wal").read_bytes())
    frame = 24 + PAGE
    last = 32 + (len(wal) - 32) // frame * frame - frame
    wal[last - 3 * frame + 12] ^= 1  # SQLite ends the log where a checksum does not hold
    (image / "ratings.db-wal").write_bytes(wal)
    succession = Succession(Ledger(image / "ratings.db"), FakeClock())
    succession.set_aside(log_id=log_id, why="test")
    succession.finish()
    assert closed(image, log_id) == (before, [])


def test_of_two_rows_under_one_number_the_one_that_the_next_names_is_kept(path, tmp_path):
    log_id = made(path)
    with LedgerReader(path) as reader:
        row = reader.row(38)
    other = row.canonical.replace(b'"level":', b'"lavel":')
    page = leaf_with(38, row.prev, link(row.prev, other), other)
    before = hashes(path)
    path.write_bytes(path.read_bytes() + page)
    shell(path, "DROP TRIGGER log_single")
    opened(tmp_path, log_id).close()
    assert closed(tmp_path, log_id) == (before, [])


def leaf_with(seq, prev, digest, canonical):
    """A page as another file may have left it on the card: one row, whole and proven, of the same number."""
    with closed_after(sqlite3.connect(":memory:")) as db:
        db.execute(f"PRAGMA page_size = {PAGE}")
        db.execute("CREATE TABLE t (seq INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT, d TEXT)")
        db.execute("INSERT INTO t VALUES (?, ?, ?, ?, NULL)", (seq, prev, digest, canonical.decode()))
        return db.serialize()[PAGE : 2 * PAGE]


@settings(max_examples=25)
@given(data=st.data())
def test_whatever_pages_are_hit_what_is_kept_is_as_it_was_written(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("hit")
    path = folder / "ratings.db"
    log_id = made(path)
    before = hashes(path)
    pages = path.stat().st_size // PAGE
    hit = data.draw(st.lists(st.integers(0, pages - 1), min_size=1, max_size=6))
    noise = random.Random(data.draw(st.integers(0, 1000)))
    content = bytearray(path.read_bytes())
    for page in hit:
        content[page * PAGE : (page + 1) * PAGE] = noise.randbytes(PAGE)
    path.write_bytes(content)
    guard = opened(folder, log_id)
    if guard.fault is None and not (folder / "damaged").exists():
        try:
            guard.prove(0)
        except LedgerError:
            guard.open(known_log=log_id)
    assert guard.fault is None
    guard.close()
    if (folder / "damaged").exists():
        rows, lost = closed(folder, log_id)
        assert rows.items() <= before.items()
        gone = {seq for first, last in lost for seq in range(first, last + 1)}
        assert gone.isdisjoint(rows)
        assert set(range(1, max(rows, default=0) + 1)) <= gone | set(rows)
