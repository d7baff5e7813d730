"""One bit of a ledger's file flips: the device opens it or sets it aside, and never fails in another way."""

from __future__ import annotations

import random

import pytest

from device.clock import FakeClock
from device.errors import LedgerError
from device.faults import Fault
from device.ledger.closed_log import closed_log_path
from device.ledger.guard import guarded_ledger
from device.ledger.reader import LedgerReader
from device.ledger.verify import verify_all, verify_tail
from tests.device.damage import PAGE
from tests.device.ratings import ledger_with, rating

ROWS = 60
SCHEMA_PAGES = 14


@pytest.fixture
def ledger(tmp_path):
    """The file of a closed ledger, its log_id, its rows."""
    path = tmp_path / "ratings.db"
    open_ledger = ledger_with(path, ROWS)
    log_id = open_ledger.head.log_id
    open_ledger.close()
    with LedgerReader(path) as reader:
        return path, log_id, {row.seq: row.hash for row in reader.rows()}


def flips(image, seed, times):
    """Copies of `image`, one bit of each another; mostly in the pages that are not rows."""
    chance = random.Random(seed)
    for _ in range(times):
        pages = SCHEMA_PAGES if chance.random() < 0.8 else len(image) // PAGE
        at = chance.randrange(pages * PAGE)
        bit = 1 << chance.randrange(8)
        yield f"bit {bit:#x} of byte {at % PAGE} in page {at // PAGE}", flipped(image, at, bit)


def flipped(image, at, bit):
    data = bytearray(image)
    data[at] ^= bit
    return bytes(data)


def read_all(path):
    with LedgerReader(path) as reader:
        verify_tail(reader)
        verify_all(reader)
        for row in reader.rows():
            row.row()
        reader.rows_of_service(rating(7).handling.service_key)
        (reader.end(), reader.lost(), reader.erased(), reader.sealed_after(0, 9), reader.floor())


def fault_met(path):
    try:
        read_all(path)
    except LedgerError as error:
        return error.fault
    return None


def test_whoever_reads_it_is_told_of_damage_and_of_nothing_else(ledger):
    path, _, _ = ledger
    for where, data in flips(path.read_bytes(), 1, 100):
        path.write_bytes(data)
        assert fault_met(path) in (None, Fault.LEDGER_DAMAGED), where


def assert_records_again(folder, log_id, before, where):
    guard = guarded_ledger(folder, max_mib=64, ballast_kib=4, clock=FakeClock())
    guard.open(known_log=log_id)
    if guard.fault is None:
        try:
            guard.prove(0)
            guard.append(rating(99))
        except LedgerError:
            guard.open(known_log=log_id)
    assert guard.fault is None, where
    guard.close()
    if guard.log_id != log_id:
        with LedgerReader(closed_log_path(folder, log_id)) as reader:
            rows = {row.seq: row.hash for row in reader.rows()}
            gone = {seq for gap in reader.lost() for seq in range(gap.first, gap.last + 1)}
        assert rows.items() <= before.items(), where
        assert set(rows) | gone == set(before), where


def test_the_device_records_again_at_once_and_keeps_every_other_row(ledger, tmp_path):
    path, log_id, before = ledger
    for number, (where, data) in enumerate(flips(path.read_bytes(), 2, 24)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / path.name).write_bytes(data)
        assert_records_again(folder, log_id, before, where)


def text_of(image, text, bit):
    """`image` with a bit of the last byte of `text` flipped, wherever it stands first."""
    return flipped(image, image.index(text) + len(text) - 1, bit)


@pytest.mark.parametrize(
    ("text", "bit"),
    [
        (b"CREATE TABLE log", 0x80),  # SQLite's own message is no text then
        (b"ledgerm001_ledger", 0x01),  # a step of the schema that nobody knows
        (b"ledgerm003_sealed", 0x80),
        (b"_sqlite_migrations", 0x01),
    ],
)
def test_a_changed_name_is_damage_and_no_crash_nor_newer_software(ledger, text, bit):
    path, log_id, before = ledger
    path.write_bytes(text_of(path.read_bytes(), text, bit))
    assert_records_again(path.parent, log_id, before, text)


@pytest.mark.parametrize("name", [b'"outcome"', b'"visit"', b'"kind"'])
def test_a_row_that_was_changed_is_never_acted_on(ledger, name):
    path, log_id, _ = ledger
    data = path.read_bytes()
    row = data.index(b'"project_no":"510100-20261122-000007"')
    at = data.index(name, row)
    guard = guarded_ledger(path.parent, max_mib=64, ballast_kib=4, clock=FakeClock())
    guard.open(known_log=log_id)
    with path.open("r+b") as file:  # while it is open: the next proof would find it, but somebody asks before
        file.seek(at + 2)
        file.write(bytes([data[at + 2] ^ 1]))
    key = rating(7).handling.service_key
    with pytest.raises(LedgerError, match="row 7 was changed"):
        guard.rows_of_service(key)
    assert guard.fault is Fault.LEDGER_DAMAGED
    guard.open(known_log=log_id)
    assert guard.fault is None
    assert guard.rows_of_service(key) == []
    guard.close()


def test_half_a_page_of_zeros_is_damage(ledger):
    path, log_id, before = ledger
    data = bytearray(path.read_bytes())
    data[2 * PAGE + PAGE // 2 : 3 * PAGE] = bytes(PAGE // 2)
    path.write_bytes(data)
    assert_records_again(path.parent, log_id, before, "page 2")


def test_a_fault_is_logged_from_the_first(tmp_path, caplog):
    guard = guarded_ledger(tmp_path / "file" / "folder", max_mib=64, ballast_kib=4, clock=FakeClock())
    (tmp_path / "file").write_text("no folder")
    guard.open(known_log=None)
    guard.open(known_log=None)
    assert caplog.text.count("ledger cannot record") == 1
