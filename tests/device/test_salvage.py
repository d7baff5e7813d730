"""A damaged ledger: set aside whole, salvaged row by row, followed by a new log that names it."""

from __future__ import annotations

import shutil
from itertools import count

import pytest

from device.chain import link
from device.clock import FakeClock
from device.errors import LedgerError
from device.faults import Fault
from device.ledger.closed_log import closed_log_path, closed_log_paths
from device.ledger.reader import LedgerReader
from device.ledger.succession import Succession
from device.ledger.verify import verify_all
from device.ledger.writer import Ledger
from tests.device.damage import PAGE, overwrite_page_of, overwrite_pages
from tests.device.ledger_shell import shell, without_triggers
from tests.device.ratings import ledger_with, rating
from tests.device.salvaged import ROWS, closed, hashes, made, neighbours, note, opened


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ratings.db"


def test_the_file_is_set_aside_whole_and_not_a_byte_of_it_changed(path, tmp_path):
    ledger = ledger_with(path, 6)
    image = tmp_path / "image"
    image.mkdir()
    for side in ("", "-wal"):  # as after a power cut: most of it is in the write-ahead log only
        shutil.copy(f"{path}{side}", image)
    ledger.close()
    found = {file.name: file.read_bytes() for file in image.iterdir()}
    succession = Succession(Ledger(image / "ratings.db"), FakeClock())
    succession.set_aside(log_id=ledger.head.log_id, why="test")
    succession.finish()
    (aside,) = (image / "damaged").iterdir()
    assert {name: (aside / name).read_bytes() for name in found} == found
    assert len(closed(image, ledger.head.log_id)[0]) == 6


def test_a_row_that_was_changed_by_hand_is_lost_and_the_rest_kept(path, tmp_path):
    log_id = made(path)
    without_triggers(
        path, "UPDATE ledger SET canonical = replace(canonical, '\"level\":', '\"lavel\":') WHERE seq = 39"
    )
    guard = opened(tmp_path, log_id)
    guard.close()
    rows, lost = closed(tmp_path, log_id)
    assert lost == [(39, 39)]
    assert set(rows) == set(range(1, ROWS + 1)) - {39}


def test_a_row_rewritten_with_a_hash_that_fits_is_found_by_the_row_after_it(path, tmp_path):
    log_id = made(path)
    with LedgerReader(path) as reader:
        row = reader.row(38)
    other = row.canonical.replace(b'"level":', b'"lavel":')
    without_triggers(
        path,
        f"UPDATE ledger SET canonical = '{other.decode()}', hash = '{link(row.prev, other)}' WHERE seq = 38",
    )
    guard = opened(tmp_path, log_id)
    guard.close()
    assert closed(tmp_path, log_id)[1] == [(38, 38)]


@pytest.mark.parametrize(
    ("column", "gone"), [("prev", True), ("hash", True), ("canonical", True), ("service_key", False)]
)
def test_a_row_whose_text_is_no_longer_text_is_lost_unless_it_proves_itself_without(
    path, tmp_path, column, gone
):
    log_id = made(path)
    without_triggers(path, f"UPDATE ledger SET {column} = CAST(x'ff' AS TEXT) || {column} WHERE seq = 39")
    guard = opened(tmp_path, log_id)
    guard.close()
    assert guard.fault is None
    assert closed(tmp_path, log_id)[1] == ([(39, 39)] if gone else [])


def test_missing_triggers_end_the_log_and_lose_nothing(path, tmp_path):
    log_id = made(path)
    before = hashes(path)
    assert shell(path, "DROP TRIGGER ledger_append_only_update") == ""
    guard = opened(tmp_path, log_id)
    guard.close()
    assert closed(tmp_path, log_id) == (before, [])


def test_damage_in_the_middle_is_found_while_nobody_is_served(path, tmp_path):
    log_id = made(path, 200)
    overwrite_page_of(path, 20)
    guard = opened(tmp_path, log_id)
    assert guard.fault is None  # opening looks at the last rows only
    with pytest.raises(LedgerError):
        guard.prove(0)
    assert guard.fault is Fault.LEDGER_DAMAGED
    guard.open(known_log=log_id)
    assert guard.fault is None
    neighbours(20, closed(tmp_path, log_id)[1])
    guard.close()


def test_a_proof_goes_on_with_the_rows_written_since(path, tmp_path):
    log_id = made(path, 700)
    guard = opened(tmp_path, log_id)
    for now_ms in (0, 1000, 2000):
        guard.prove(now_ms)
        guard.append(rating(now_ms + 1))
    guard.prove(24 * 3600 * 1000)
    assert guard.fault is None
    guard.close()


def test_what_a_closed_log_says_was_rated_stays_rated(path, tmp_path):
    log_id = made(path)
    overwrite_page_of(path, 40)
    guard = opened(tmp_path, log_id)
    (row,) = guard.rows_of_service(rating(7).handling.service_key)
    assert row["visit"] == rating(7).visit
    assert guard.rows_of_service(rating(40).handling.service_key) == []
    guard.close()


def test_a_closed_log_takes_nothing_more(path, tmp_path):
    log_id = made(path)
    shell(path, "DROP TRIGGER log_single")
    opened(tmp_path, log_id).close()
    file = closed_log_path(tmp_path, log_id)
    for sql in (
        "INSERT INTO ledger SELECT 41, hash, hash, '{}', NULL FROM ledger WHERE seq = 40",
        "INSERT INTO lost VALUES (1, 2, '')",
        "DELETE FROM closing",
        "UPDATE closing SET state = 'closed'",
    ):
        assert shell(file, sql) != "", sql


@pytest.mark.parametrize("known", [True, False])
def test_a_ledger_of_which_nothing_can_be_read_is_followed_by_a_new_one(path, tmp_path, known):
    log_id = made(path)
    overwrite_pages(path, *range(path.stat().st_size // PAGE))
    guard = opened(tmp_path, log_id if known else None)
    assert guard.fault is None
    prior, told = note(tmp_path)
    assert told["note"] == "log_damaged"
    if known:
        assert prior == log_id
        assert closed(tmp_path, log_id) == ({}, [(1, 1)])  # the first stands for all that nobody can tell
    else:
        assert prior is None
        assert closed_log_paths(tmp_path) == []
    guard.close()


def test_after_retention_the_floor_is_kept(path, tmp_path):
    ledger = ledger_with(path, ROWS)
    log_id = ledger.head.log_id
    while ledger.let_go(20, "receipt"):
        pass
    ledger.close()
    overwrite_page_of(path, 38)
    opened(tmp_path, log_id).close()
    rows, lost = closed(tmp_path, log_id)
    neighbours(38, lost)
    assert min(rows) in (20, 21)
    with LedgerReader(closed_log_path(tmp_path, log_id)) as reader:
        assert reader.floor().seq == 20


@pytest.mark.parametrize(("floor", "why"), [(120, "beyond the last row"), (30, "differs from the floor")])
def test_a_floor_that_was_changed_is_found_and_hides_no_row(path, tmp_path, floor, why):
    ledger = ledger_with(path, ROWS)
    log_id = ledger.head.log_id
    while ledger.let_go(20, "receipt"):
        pass
    ledger.close()
    before = hashes(path)
    without_triggers(path, f"UPDATE floor SET seq = {floor}")
    with LedgerReader(path) as reader:
        verdict = verify_all(reader)
    assert (verdict.bad_seq, why in str(verdict.why)) == (floor, True)
    guard = opened(tmp_path, log_id)
    assert guard.fault is None
    guard.close()
    assert closed(tmp_path, log_id) == (before, [(1, 20)])


def test_a_floor_that_changes_at_work_is_found(path, tmp_path):
    ledger = ledger_with(path, ROWS)
    log_id = ledger.head.log_id
    while ledger.let_go(20, "receipt"):
        pass
    ledger.close()
    guard = opened(tmp_path, log_id)
    without_triggers(path, "UPDATE floor SET seq = 120")
    with pytest.raises(LedgerError, match="beyond the last row"):
        guard.prove(0)
    guard.close()


def put_back(folder, image):
    """As somebody who copies an old ratings.db, and nothing else, over what is there."""
    for side in ("-wal", "-shm"):
        (folder / f"ratings.db{side}").unlink(missing_ok=True)
    (folder / "ratings.db").write_bytes(image)


@pytest.mark.parametrize("damage", [False, True])
def test_a_ledger_put_back_after_it_had_ended_ends_again_beside_its_first_end(path, tmp_path, damage):
    log_id = made(path)
    before, image = hashes(path), path.read_bytes()
    guard = opened(tmp_path, log_id)
    guard.append(rating(99))
    guard.end_log("diverged")
    second = guard.log_id
    guard.close()
    put_back(tmp_path, image)
    if damage:
        overwrite_page_of(path, 40)
    guard = opened(tmp_path, second)
    assert guard.fault is None
    assert guard.log_id not in (log_id, second)
    assert guard.append(rating(100)).seq == 2
    guard.close()
    again = closed_log_path(tmp_path, f"{log_id}-2")
    assert set(closed_log_paths(tmp_path)) == {closed_log_path(tmp_path, log_id), again}
    assert len(closed(tmp_path, log_id)[0]) == ROWS + 1
    with LedgerReader(again) as reader:
        assert verify_all(reader).why is None
        assert reader.log().log_id == log_id
        assert {row.seq: row.hash for row in reader.rows()}.items() <= before.items()
    for _ in range(2):  # it is over
        opened(tmp_path, None).close()
        assert len(closed_log_paths(tmp_path)) == 2


@pytest.mark.parametrize("state", ["damaged", "closed"])
def test_a_power_cut_at_any_step_is_made_good_by_the_next_start(tmp_path, state):
    for cut_after in count(0):
        folder = tmp_path / str(cut_after)
        folder.mkdir()
        path = folder / "ratings.db"
        log_id = made(path)
        before = hashes(path)
        if state == "damaged":
            overwrite_page_of(path, 39)
        succession = Succession(Ledger(path), FakeClock())
        if state == "damaged":
            succession.set_aside(log_id=log_id, why="test")
        else:
            succession.close_log(log_id=log_id, why="diverged")
        steps = succession.steps()
        taken = [step for step, _ in zip(steps, range(cut_after), strict=False)]
        finished = len(taken) < cut_after
        steps.close()
        for _ in range(2):  # and once more, when all is over
            guard = opened(folder, log_id)
            assert guard.fault is None
            guard.close()
            rows, lost = closed(folder, log_id)
            assert rows.items() <= before.items()
            assert state == "closed" or neighbours(39, lost)
            prior, told = note(folder)
            assert (prior, told["note"]) == (log_id, f"log_{state}")
            assert not succession.pending
            assert len(closed_log_paths(folder)) == 1
            assert len(hashes(path)) == 1
        if finished:
            return


def test_an_intent_that_cannot_be_read_is_set_aside_and_the_ledger_looked_at_anew(path, tmp_path):
    log_id = made(path)
    (tmp_path / "succession.json").write_text("{")
    guard = opened(tmp_path, log_id)
    assert guard.fault is None
    assert guard.log_id == log_id
    assert (tmp_path / "succession.json.damaged").exists()
    guard.close()


def test_a_log_that_diverged_is_closed_whole_while_the_agent_reads_it(path, tmp_path):
    log_id = made(path)
    before = hashes(path)
    guard = opened(tmp_path, log_id)
    with LedgerReader(path) as agent:
        assert agent.head().seq == ROWS
        guard.end_log("diverged")
        assert guard.log_id != log_id
        assert guard.append(rating(99)).seq == 2
        assert agent.head().seq == ROWS  # of the file it has open
    assert guard.append(rating(100)).seq == 3
    guard.close()
    assert len(hashes(path)) == 3
    assert closed(tmp_path, log_id) == (before, [])
    with LedgerReader(closed_log_path(tmp_path, log_id)) as reader:
        end = reader.end()
        assert end is not None
        assert (end.state, end.why) == ("closed", "diverged")
