"""What becomes of ratings when a province, a card or a ledger is not what it was."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from device.errors import LedgerError
from device.ledger.closed_log import closed_log_path
from device.ledger.reader import LedgerReader
from provisioning.device_identity import certificate_request, make_key
from tests.journeys.loop import Loop
from tests.patience import PATIENCE_S, until

pytestmark = pytest.mark.first


@pytest.fixture
def loop(tmp_path) -> Iterator[Loop]:
    loop = Loop(tmp_path / "demo", "--headless", "--fast")
    yield loop
    assert loop.stop() == 0, loop.logs()


def device_folder(loop: Loop) -> Path:
    return Path(loop.ready["ledger"]).parent


def log_of(loop: Loop) -> tuple[str, str | None]:
    """The log_id of the log being written, and the one it follows."""
    with LedgerReader(Path(loop.ready["ledger"])) as reader:
        return reader.log().log_id, reader.log().prior


def rate(loop: Loop, numbers: range) -> None:
    for number in numbers:
        loop.answer(number, number % 5 + 1)


def rated(loop: Loop) -> dict[str, str]:
    """By handling number, the hash of what was rated in the log being written."""
    return {row["handling"]["project_no"]: row["hash"] for row in loop.rows() if row.get("level")}


def counted(loop: Loop) -> dict[str, str]:
    """By handling number, the hash of the row that counts at the province; each once."""
    rows = [row for row in loop.ratings() if row["counted"] and row["level"]]
    numbers = [row["handling"]["project_no"] for row in rows]
    assert len(set(numbers)) == len(numbers)
    return {row["handling"]["project_no"]: row["hash"] for row in rows}


def all_counted(loop: Loop, expected: dict[str, str], *, within_s: float = PATIENCE_S) -> None:
    until(lambda: counted(loop) == expected, within_s=within_s, what=f"all count\n{loop.logs()}")


def new_log(loop: Loop, before: str) -> str:
    def begun() -> str | None:
        try:
            log_id, prior = log_of(loop)
        except LedgerError:
            return None  # between two logs
        return log_id if prior == before else None

    log_id: str = until(begun, what=f"a new log\n{loop.logs()}")
    return log_id


def copy_database(source: Path, target: Path) -> None:
    """As one file, whatever its process is doing."""
    with closing(sqlite3.connect(source)) as connection, closing(sqlite3.connect(target)) as copy:
        connection.backup(copy)


def put_back(image: Path, path: Path) -> None:
    for beside in ("-wal", "-shm"):
        path.with_name(path.name + beside).unlink(missing_ok=True)
    shutil.copy(image, path)


def web_is_up(loop: Loop) -> bool:
    try:
        return loop.province.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False


def province_database(loop: Loop) -> Path:
    (path,) = (loop.folder / "province").glob("*.db")
    return path


def test_restored_province_gets_the_missing_rows_again_and_holds_each_once(loop, tmp_path):
    rate(loop, range(1, 4))
    loop.arrived()
    copy_database(province_database(loop), tmp_path / "backup.db")
    rate(loop, range(4, 7))
    loop.arrived()
    with loop.without("province"):
        put_back(tmp_path / "backup.db", province_database(loop))
    until(lambda: web_is_up(loop), what="the province is back")
    rate(loop, range(7, 8))
    loop.arrived()
    all_counted(loop, rated(loop))


@pytest.mark.parametrize("image", ["the whole card", "the ledger alone"])
def test_restored_card_image_ends_its_log_and_a_new_one_counts(loop, tmp_path, image):
    files = [Path(loop.ready["ledger"])]
    if image == "the whole card":
        files += [device_folder(loop) / "device.db", loop.folder / "sync" / "sync.db"]
    rate(loop, range(11, 14))
    loop.arrived()
    for file in files:
        copy_database(file, tmp_path / file.name)
    rate(loop, range(14, 17))
    loop.arrived()
    before, held = log_of(loop)[0], rated(loop)
    with loop.without("device", "sync"):
        for file in files:
            put_back(tmp_path / file.name, file)
    new_log(loop, before)
    (note,) = (row for row in loop.all_rows() if row["kind"] == "note")
    assert (note["kind"], note["note"], note["why"]) == ("note", "log_closed", "diverged")
    rate(loop, range(17, 20))
    all_counted(loop, held | rated(loop))
    assert len(rated(loop)) == 3
    if image == "the whole card":
        assert "diverged" in loop.alarms()


def test_damaged_ledger_is_salvaged_and_the_loss_declared(loop):
    rate(loop, range(21, 24))
    loop.arrived()
    loop.kill("sync", signal.SIGSTOP)
    rate(loop, range(24, 30))
    before, written = log_of(loop)[0], loop.rows()
    with loop.without("device", "sync"):
        lost = damage_row(Path(loop.ready["ledger"]), seq_of(loop, 26))
    new_log(loop, before)
    (note,) = (row for row in loop.all_rows() if row["kind"] == "note")
    assert (note["note"], note["prior"]) == ("log_damaged", before)
    assert any(first <= lost <= last for first, last in note["lost"])
    # What was salvaged still counts as rated: nobody is asked twice.
    again = loop.invite(25)
    assert (again.status_code, again.json()["error"]) == (409, "rated")
    rate(loop, range(31, 33))
    with LedgerReader(closed_log_path(device_folder(loop), before)) as closed:
        salvaged = {row.hash for row in closed.rows()}
    gone = [row["seq"] for row in written if row["hash"] not in salvaged]
    assert lost in gone
    assert len(gone) <= 2  # one page
    # Of a visit with a reason there are two rows: the last that is left counts.
    kept = {row["handling"]["project_no"]: row["hash"] for row in written if row["hash"] in salvaged}
    all_counted(loop, kept | rated(loop))
    assert "declared_loss" in loop.alarms()
    after_loss = [row for row in loop.ratings(log=before) if "after_loss" in row["marks"]]
    assert {row["seq"] for row in after_loss} >= set(range(lost + 2, max_seq(loop, before) + 1))
    verified = subprocess.run(
        [
            sys.executable,
            "-m",
            "provisioning",
            "ledger",
            "verify",
            closed_log_path(device_folder(loop), before),
        ],
        capture_output=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stderr


def test_cloned_card_is_alarmed_and_the_first_device_goes_on(loop, tmp_path):
    rate(loop, range(41, 43))
    loop.arrived()
    clone = cloned_device(loop, tmp_path / "clone")
    try:
        until(lambda: "foreign_log" in loop.alarms(), what="the alarm")
        rate(loop, range(43, 45))
        loop.arrived()
    finally:
        clone.terminate()
        clone.wait(PATIENCE_S)
    assert {row["device"] for row in loop.ratings()} == {loop.ready["device_id"]}


def cloned_device(loop: Loop, folder: Path) -> subprocess.Popen[bytes]:
    """Another registered device's agent, over a copy of this device's ledger."""
    folder.mkdir()
    copy_database(Path(loop.ready["ledger"]), folder / "ratings.db")
    make_key(folder / "device.key")
    (folder / "device.csr").write_bytes(certificate_request(folder / "device.key", "cp-clone"))
    subprocess.run(
        [
            *(sys.executable, "-m", "province", "devices", "add", "--window", "W08", "--assignment", "1"),
            *("--config", loop.folder / "province" / "province.toml"),
            *("--csr", folder / "device.csr", "--out", folder),
        ],
        check=True,
        capture_output=True,
    )
    config = (loop.folder / "sync.toml").read_text("utf-8")
    for before, after in (
        (loop.ready["device_id"], "cp-clone"),
        (str(device_folder(loop)), str(folder)),
        (str(loop.folder / "identity"), str(folder)),
        (str(loop.folder / "sync"), str(folder)),
    ):
        config = config.replace(before, after)
    (folder / "sync.toml").write_text(config, "utf-8")
    with (folder / "sync.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "sync", "--config", folder / "sync.toml"],
            stdout=subprocess.DEVNULL,
            stderr=log,
        )


def seq_of(loop: Loop, number: int) -> int:
    return next(row["seq"] for row in loop.rows() if row["handling"]["project_no"].endswith(f"-{number:06d}"))


def max_seq(loop: Loop, log_id: str) -> int:
    with LedgerReader(closed_log_path(device_folder(loop), log_id)) as closed:
        return closed.head().seq


def damage_row(path: Path, seq: int) -> int:
    """Overwrite the page with most of the row `seq`; returns `seq`."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (row,) = connection.execute("SELECT canonical FROM ledger WHERE seq = ?", (seq,)).fetchone()
        (page_size,) = connection.execute("PRAGMA page_size").fetchone()
    data = bytearray(path.read_bytes())
    at = data.index(row[-64:].encode()) // page_size * page_size
    data[at : at + page_size] = b"\xff" * page_size
    path.write_bytes(data)
    return seq
