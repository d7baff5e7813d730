"""The ledger: durable appends, and what a sqlite3 shell can and cannot do to them."""

from __future__ import annotations

import sqlite3

import pytest

from device import chain
from device.errors import LedgerError
from device.faults import Fault
from device.ledger.reader import LedgerReader
from device.ledger.schema import migrations
from device.ledger.verify import verify_all
from device.ledger.writer import Ledger
from device.sqlite_file import open_writer
from tests.device.ledger_shell import shell, without_triggers
from tests.device.ratings import ledger_with, rating


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ratings.db"


def proof(path):
    with LedgerReader(path) as reader:
        return verify_all(reader)


def test_rows_are_numbered_without_gaps_and_chained_from_the_log_id(path):
    ledger = ledger_with(path, 3)
    with LedgerReader(path) as reader:
        rows = reader.rows_after(0, 10)
        assert [row.seq for row in rows] == [1, 2, 3]
        assert rows[0].prev == chain.genesis(reader.log().log_id)
        assert [row.prev for row in rows[1:]] == [row.hash for row in rows[:-1]]
        assert reader.head().seq == ledger.head.seq == 3
        assert rows[0].row()["handling"]["project_no"] == "510100-20261122-000001"
    ledger.close()
    assert proof(path).bad_seq is None


def test_the_file_is_in_wal_mode_with_full_synchronisation(path):
    ledger = ledger_with(path, 0)
    connection = ledger._connection()
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    ledger.close()


def test_a_ledger_goes_on_where_it_was_closed(path):
    ledger_with(path, 2).close()
    ledger = Ledger(path)
    ledger.open()
    assert ledger.append(rating(3)).seq == 3
    ledger.close()
    assert proof(path).rows == 3


def test_a_ledger_of_an_earlier_version_is_proven_by_its_own_steps_and_brought_up_to_date(path):
    old = open_writer(path)
    migrations.apply(old, stop_before="m002_ends")
    log_id = "5e" * 16
    old.execute("INSERT INTO log VALUES (?, NULL, ?)", [log_id, chain.genesis(log_id)])
    old.close()
    assert proof(path).missing_triggers == ()
    ledger = Ledger(path)
    ledger.open()
    assert ledger.append(rating(1)).seq == 1
    ledger.close()
    assert proof(path).missing_triggers == ()
    with LedgerReader(path) as reader:
        assert reader.steps_to_come() == ()
        assert "ledger_closed" in reader.triggers()


def test_a_reader_sees_rows_while_the_writer_is_open_and_cannot_write(path):
    ledger = ledger_with(path, 1)
    with LedgerReader(path) as reader:
        ledger.append(rating(2))
        assert reader.head().seq == 2
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader._connection.execute("DELETE FROM ledger")
    ledger.close()


@pytest.mark.parametrize(
    ("sql", "refusal"),
    [
        (
            "UPDATE ledger SET canonical = replace(canonical, '\"level\":2', '\"level\":5')",
            "no row may change",
        ),
        ("UPDATE OR REPLACE ledger SET seq = 1 WHERE seq = 2", "no row may change"),
        ("DELETE FROM ledger WHERE seq = 3", "no row above the floor may go"),
        ("DELETE FROM ledger", "no row above the floor may go"),
        (
            "INSERT OR REPLACE INTO ledger SELECT 2, prev, hash, '{}', NULL FROM ledger WHERE seq = 2",
            "append-only",
        ),
        (
            "REPLACE INTO ledger SELECT 3, prev, hash, '{}', NULL FROM ledger WHERE seq = 3",
            "append-only",
        ),
        (
            "INSERT OR IGNORE INTO ledger SELECT 2, prev, hash, '{}', NULL FROM ledger WHERE seq = 2",
            "append-only",
        ),
        (
            "INSERT INTO ledger SELECT 5, hash, hash, '{}', NULL FROM ledger WHERE seq = 3",
            "append-only",
        ),
        (
            "INSERT INTO ledger SELECT 4, prev, hash, '{}', NULL FROM ledger WHERE seq = 3",
            "append-only",
        ),
        (
            "INSERT INTO ledger SELECT 0, prev, hash, '{}', NULL FROM ledger WHERE seq = 3",
            "append-only",
        ),
        (
            "INSERT INTO ledger SELECT -1, prev, hash, '{}', NULL FROM ledger WHERE seq = 3",
            "append-only",
        ),
        ("INSERT INTO floor VALUES (3, 'made up', '')", "no such function: hcp_receipt_in_hand"),
        ("INSERT INTO floor SELECT seq, hash, '' FROM ledger", "no such function: hcp_receipt_in_hand"),
        ("UPDATE log SET log_id = 'another'", "never changes"),
        ("DELETE FROM log", "never changes"),
        ("INSERT INTO log VALUES ('another', NULL, '')", "one log"),
    ],
)
def test_a_plain_shell_is_refused(path, sql, refusal):
    ledger_with(path, 3).close()
    before = path.read_bytes()
    error = shell(path, sql)
    assert error
    assert any(part in error for part in refusal.split("|")), error
    assert proof(path).rows == 3
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("sql", "bad_seq", "why"),
    [
        (
            "UPDATE ledger SET canonical = replace(canonical, 'C0231', 'C0232') WHERE seq = 4",
            4,
            "was changed",
        ),
        ("UPDATE ledger SET canonical = CAST(x'7bff7d' AS TEXT) WHERE seq = 4", 4, "was changed"),
        ("UPDATE ledger SET hash = replace(hash, 'a', 'b') WHERE seq = 4", 4, "was changed"),
        ("DELETE FROM ledger WHERE seq = 4", 5, "row 4 is missing"),
        ("DELETE FROM ledger WHERE seq <= 2", 3, "row 1 is missing"),
        (
            "UPDATE ledger SET seq = 100 WHERE seq = 4; UPDATE ledger SET seq = 4 WHERE seq = 5;"
            "UPDATE ledger SET seq = 5 WHERE seq = 100",
            4,
            "does not follow",
        ),
        ("UPDATE ledger SET service_key = NULL WHERE seq = 4", 4, "filed under another service"),
    ],
    ids=[
        "changed byte",
        "no text any more",
        "changed hash",
        "removed row",
        "removed beginning",
        "swapped pair",
        "hidden service",
    ],
)
def test_what_was_done_with_the_triggers_dropped_is_found(path, sql, bad_seq, why):
    ledger_with(path, 8).close()
    without_triggers(path, sql)
    verdict = proof(path)
    assert verdict.bad_seq == bad_seq
    assert why in verdict.why
    assert verdict.missing_triggers == ()


def test_any_byte_changed_in_the_file_itself_is_found(path):
    ledger_with(path, 20).close()
    whole = path.read_bytes()
    unseen = []
    for at in range(100, len(whole), 97):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x04]) + whole[at + 1 :])
        try:
            verdict = proof(path)
        except LedgerError:
            continue
        if verdict.why is None and not verdict.missing_triggers:
            unseen.append(at)
    # What stays unseen lies in free space of a page, or in the record of migrations: no row is made of it.
    path.write_bytes(whole)
    rows = [row.canonical for row in LedgerReader(path).rows()]
    for at in unseen:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x04]) + whole[at + 1 :])
        assert [row.canonical for row in LedgerReader(path).rows()] == rows


def test_missing_triggers_are_named(path):
    ledger_with(path, 1).close()
    assert shell(path, "DROP TRIGGER ledger_append_only_update") == ""
    assert proof(path).missing_triggers == ("ledger_append_only_update",)
    with pytest.raises(LedgerError, match="triggers are missing: ledger_append_only_update"):
        Ledger(path).open()


def test_a_trigger_that_does_nothing_under_the_same_name_is_named(path):
    ledger_with(path, 1).close()
    idle = "CREATE TRIGGER ledger_append_only_update BEFORE UPDATE ON ledger WHEN 0 BEGIN SELECT 1; END"
    assert shell(path, f"DROP TRIGGER ledger_append_only_update; {idle}") == ""
    assert proof(path).missing_triggers == ("ledger_append_only_update",)


def test_a_ledger_changed_near_its_end_is_not_opened(path):
    ledger_with(path, 8).close()
    without_triggers(path, "UPDATE ledger SET canonical = replace(canonical, 'C0231', 'C0232') WHERE seq = 6")
    with pytest.raises(LedgerError, match="row 6 was changed") as caught:
        Ledger(path).open()
    assert caught.value.fault == Fault.LEDGER_DAMAGED


def test_a_missing_ledger_is_said_and_not_made(path):
    with pytest.raises(LedgerError, match="is missing") as caught:
        Ledger(path).open()
    assert caught.value.fault == Fault.LEDGER_MISSING
    assert not path.exists()


def test_a_ledger_is_never_made_over_another(path):
    ledger_with(path, 1).close()
    with pytest.raises(LedgerError, match="exists already"):
        Ledger(path).create()
    assert proof(path).rows == 1


@pytest.mark.parametrize("content", [b"", b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_file_that_is_no_ledger_is_left_as_it_is(path, content):
    path.write_bytes(content)
    with pytest.raises(LedgerError) as caught:
        Ledger(path).open()
    assert caught.value.fault == Fault.LEDGER_DAMAGED
    assert path.read_bytes() == content


def test_a_ledger_of_newer_software_is_left_alone(path):
    ledger_with(path, 1).close()
    assert (
        shell(
            path,
            "INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES ('ledger', 'm999', '')",
        )
        == ""
    )
    with pytest.raises(LedgerError, match=r"newer software .it knows m999") as caught:
        Ledger(path).open()
    assert caught.value.fault == Fault.LEDGER_NEWER


def test_a_ledger_that_may_not_grow_refuses_the_row_and_keeps_the_others(path):
    ledger_with(path, 1).close()
    ledger = Ledger(path, max_bytes=64 * 1024)
    ledger.open()

    def fill():
        for number in range(2, 200):
            ledger.append(rating(number))

    with pytest.raises(LedgerError) as caught:
        fill()
    assert caught.value.fault == Fault.STORAGE_FULL
    with pytest.raises(LedgerError, match="not open"):
        ledger.append(rating(999))
    verdict = proof(path)
    assert verdict.bad_seq is None
    assert verdict.rows >= 10


def test_rows_of_a_service_are_found(path):
    ledger = ledger_with(path, 5)
    ledger.append(rating(3, level=None))
    rows = ledger.rows_of_service("1/1/510100-20261122-000003")
    assert [(row["seq"], row["outcome"]) for row in rows] == [(3, "rated"), (6, "unanswered")]
    ledger.close()


def test_retention_raises_a_floor_and_the_chain_is_proven_from_there(path):
    ledger = ledger_with(path, 1200)
    gone = []
    while count := ledger.let_go(1100, "receipt"):
        gone.append(count)
    assert gone == [500, 500, 100]
    assert ledger.append(rating(1201)).seq == 1201
    ledger.close()
    verdict = proof(path)
    assert (verdict.rows, verdict.head.seq, verdict.bad_seq) == (101, 1201, None)
    assert "no row above the floor" in shell(path, "DELETE FROM ledger WHERE seq = 1101")


def test_the_newest_row_never_goes(path):
    ledger = ledger_with(path, 3)
    ledger.let_go(3, "receipt")
    assert [row.seq for row in LedgerReader(path).rows()] == [3]
    ledger.close()
