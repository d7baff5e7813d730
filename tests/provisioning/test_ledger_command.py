"""`chuangping ledger`: whole and damaged ledgers, proven, exported and counted, while they are in use."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest

from device import chain
from device.handling import Handling
from device.row import Flag, Sealed
from tests.device.ledger_shell import shell, without_triggers
from tests.device.ratings import ledger_with, rating
from tests.device.sealed import CONFIDED, KEY
from tests.provisioning.console import COMMAND, chuangping, chuangping_here

VERBS = pytest.mark.parametrize("verb", ["verify", "export", "stats"])


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ratings.db"


def test_a_ledger_that_holds_is_told_with_its_head(path):
    ledger = ledger_with(path, 8)
    ledger.close()
    done = chuangping_here("ledger", "verify", path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "8 rows" in done.stdout
    assert f"head 8 {ledger.head.hash}" in done.stdout


def test_the_verdict_as_json(path):
    ledger = ledger_with(path, 3)
    ledger.close()
    assert json.loads(chuangping_here("ledger", "verify", "--json", path).stdout) == {
        "file": str(path),
        "ok": True,
        "log_id": ledger.head.log_id,
        "rows": 3,
        "floor_seq": 0,
        "head_seq": 3,
        "head": ledger.head.hash,
        "bad_seq": None,
        "why": None,
        "missing_triggers": [],
        "blobs_missing": [],
    }


def test_rows_whose_sealed_blob_is_neither_held_nor_receipted_are_named(path):
    ledger = ledger_with(path, 2)
    row = rating(3)
    blob = KEY.seal(CONFIDED, visit=row.visit)
    ledger.append(rating(3, sealed=Sealed(sha256=blob.sha256, purpose=blob.purpose)), blob)
    ledger.close()
    assert chuangping_here("ledger", "verify", path).returncode == 0
    without_triggers(path, "DELETE FROM sealed")
    done = chuangping_here("ledger", "verify", path)
    assert done.returncode == 1
    assert "row 3 names a sealed blob that is neither held nor receipted" in done.stderr
    assert json.loads(chuangping_here("ledger", "verify", "--json", path).stdout)["blobs_missing"] == [3]


@pytest.mark.parametrize(
    ("sql", "bad_seq", "why"),
    [
        pytest.param(
            "UPDATE ledger SET canonical = replace(canonical, 'C0231', 'C0232') WHERE seq = 4",
            4,
            "was changed",
            id="a changed byte",
        ),
        pytest.param("DELETE FROM ledger WHERE seq = 4", 5, "row 4 is missing", id="a removed row"),
        pytest.param(
            "UPDATE ledger SET seq = 100 WHERE seq = 4; UPDATE ledger SET seq = 4 WHERE seq = 5;"
            "UPDATE ledger SET seq = 5 WHERE seq = 100",
            4,
            "does not follow",
            id="a swapped pair",
        ),
        pytest.param("UPDATE ledger SET canonical = '{' WHERE seq = 4", 4, "was changed", id="half a row"),
    ],
)
def test_the_first_bad_row_is_named_with_why(path, sql, bad_seq, why):
    ledger_with(path, 8).close()
    without_triggers(path, sql)
    done = chuangping_here("ledger", "verify", path)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"row {bad_seq} is bad" in done.stderr
    assert why in done.stderr
    as_json = chuangping_here("ledger", "verify", "--json", path)
    verdict = json.loads(as_json.stdout)
    assert (as_json.returncode, verdict["ok"], verdict["bad_seq"]) == (1, False, bad_seq)
    assert why in verdict["why"]


def test_missing_triggers_are_named_though_every_row_holds(path):
    ledger_with(path, 2).close()
    assert shell(path, "DROP TRIGGER floor_insert") == ""
    done = chuangping_here("ledger", "verify", path)
    assert done.returncode == 1
    assert "the trigger floor_insert is missing" in done.stderr


def test_the_chain_is_proven_from_the_floor_on(path):
    ledger = ledger_with(path, 20)
    while ledger.let_go(12, "receipt"):
        pass
    ledger.close()
    done = chuangping_here("ledger", "verify", path)
    assert done.returncode == 0
    assert "8 rows" in done.stdout


@VERBS
def test_a_ledger_is_read_while_its_writer_is_at_work(path, verb):
    ledger = ledger_with(path, 3)
    try:
        assert chuangping_here("ledger", verb, path).returncode == 0
        assert ledger.append(rating(4)).seq == 4
        said = chuangping_here("ledger", verb, path).stdout
        assert "4 rows" in said or said.count("\n") == 4
    finally:
        ledger.close()


@VERBS
def test_looking_changes_nothing(path, verb):
    ledger_with(path, 3).close()
    before = path.read_bytes()
    assert chuangping_here("ledger", verb, path).returncode == 0
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@VERBS
def test_a_file_that_is_not_there_is_told_and_not_made(path, verb):
    done = chuangping_here("ledger", verb, path)
    assert (done.returncode, done.stdout) == (74, "")
    assert done.stderr == f"chuangping: {path}: there is no ledger here\n"
    assert not path.exists()


@VERBS
def test_a_ledger_of_newer_software_names_what_to_do(path, verb):
    ledger_with(path, 1).close()
    shell(
        path, "INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES ('ledger', 'm999', '')"
    )
    done = chuangping_here("ledger", verb, path)
    assert done.returncode == 74
    assert "install that version or a later one" in done.stderr


@pytest.mark.parametrize("content", [b"", b"not a database" * 100], ids=["empty", "something else"])
def test_a_file_that_is_no_ledger_does_not_hold(path, content):
    path.write_bytes(content)
    assert chuangping_here("ledger", "verify", path).returncode == 1
    assert chuangping_here("ledger", "export", path).returncode == 74
    assert path.read_bytes() == content


def test_exported_lines_are_whole_rows_that_prove_the_chain(path):
    ledger = ledger_with(path, 5)
    ledger.close()
    done = chuangping_here("ledger", "export", path)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["row"]["seq"] for line in lines] == [1, 2, 3, 4, 5]
    assert {line["log_id"] for line in lines} == {ledger.head.log_id}
    digest = chain.genesis(ledger.head.log_id)
    for line in lines:
        row = line["row"]
        told = row.pop("hash")
        digest = chain.link(digest, chain.canonical(row))
        assert told == digest
    assert digest == ledger.head.hash


# A technician's shell may have any locale, an old one too.
@pytest.mark.parametrize(
    "environment",
    [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "gbk"}],
)
@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_export_is_utf_8_whatever_the_locale(path, form, environment):
    ledger = ledger_with(path, 0)
    ledger.append(rating(handling=Handling(project_no="17", service_no=1, task_name="居民身份证换领·ཁྲིམས")))
    ledger.close()
    done = chuangping("ledger", "export", "--format", form, path, environment=environment)
    assert done.returncode == 0, done.stderr
    assert "居民身份证换领·ཁྲིམས" in done.stdout


def test_csv_keeps_commas_quotes_line_ends_and_lists(path):
    awkward = '换领,"加急"\n第二行'
    ledger = ledger_with(path, 0)
    ledger.append(
        rating(
            handling=Handling(project_no="17", service_no=3, task_name=awkward),
            level=2,
            indicators=("207", "209"),
            flags=(Flag.BURST, Flag.CHANGED),
        )
    )
    ledger.append(rating(2, level=None, handling=None))
    ledger.close()
    text = chuangping_here("ledger", "export", "--format", "csv", path).stdout
    assert text.startswith("log_id,seq,kind,")
    assert text.count("\r\n") == 3
    rated, silent = csv.DictReader(io.StringIO(text, newline=""))
    assert (rated["project_no"], rated["service_no"], rated["task_name"]) == ("17", "3", awkward)
    assert (rated["level"], rated["indicators"], rated["flags"]) == ("2", "207 209", "burst changed")
    assert (silent["outcome"], silent["level"], silent["project_no"]) == ("unanswered", "", "")


def test_a_row_that_is_not_json_ends_the_export_behind_the_rows_before_it(path):
    ledger_with(path, 3).close()
    without_triggers(path, "UPDATE ledger SET canonical = 'gone' WHERE seq = 2")
    done = chuangping_here("ledger", "export", path)
    assert (done.returncode, done.stdout.count("\n")) == (74, 1)
    assert "row 2 is not JSON" in done.stderr
    assert chuangping_here("ledger", "stats", path).returncode == 74


def test_a_reader_that_leaves_early_is_no_error_to_write_about(path):
    ledger_with(path, 1000).close()
    with subprocess.Popen(
        [*COMMAND, "ledger", "export", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


def test_an_export_onto_a_full_disk_is_an_error(path):
    ledger_with(path, 3).close()
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "ledger", "export", str(path)], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 74
    assert done.stderr == b"chuangping: [Errno 28] No space left on device\n"


def test_each_visit_is_counted_once_by_its_last_row(path):
    ledger = ledger_with(path, 0)
    visit = "0" * 32
    ledger.append(rating(1, level=5, visit=visit))
    ledger.append(rating(1, level=2, visit=visit, replaces=1, flags=(Flag.CHANGED,)))
    ledger.append(rating(2, level=4))
    ledger.append(rating(3, level=None))
    ledger.close()
    assert json.loads(chuangping_here("ledger", "stats", "--json", path).stdout) == {
        "log_id": ledger.head.log_id,
        "rows": 4,
        "visits": 3,
        "outcomes": {"rated": 2, "declined": 0, "unanswered": 1, "cancelled": 0},
        "levels": {"5": 0, "4": 1, "3": 0, "2": 1, "1": 0},
    }
    said = chuangping_here("ledger", "stats", path).stdout
    assert "4 rows, 3 visits" in said
    assert "level 2            1" in said
