"""`chuangping rescue`: real cards of real ledgers, brought over HTTPS to a province, or by file."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from device.ledger.closed_log import closed_log_path
from device.ledger.reader import LedgerReader
from device.ledger.writer import Ledger
from device.row import Sealed
from province.errors import StoreError
from province.rescues import Rescues, Taken
from province.store import sealed
from provisioning.refused import Refused
from provisioning.rescue.card_copy import copy_ledger
from tests.device.damage import overwrite_page_of
from tests.device.ratings import rating
from tests.device.sealed import CONFIDED, KEY
from tests.province.province_bench import ProvinceBench
from tests.province.rescue.cards import files, fill, rescue, said
from tests.province.simulated_device import SimulatedDevice
from tests.province.technician import rescues_of
from tests.province.technician_site import TechnicianSite


def test_what_a_dead_device_could_not_send_arrives_once_whatever_is_run_again(
    bench: ProvinceBench, device: SimulatedDevice, site: TechnicianSite, pem: Path, card: Path
) -> None:
    fill(site.box(device, card), 1, 12).close()
    before = files(card)
    done = rescue(card, pem, "--yes")
    assert (said(done)["rows"], said(done)["device"]) == (12, device.name)
    assert len(said(done)["receipts"]) == 1
    assert "12 rows to bring, 12 of them ratings, 2026-11-22 to 2026-11-22" in done.stderr
    assert [(s.seq, s.window, s.counted, s.marks[0]) for s in bench.stored()] == [
        (seq, "W07", True, "rescued") for seq in range(1, 13)
    ]
    again = rescue(card, pem, "--yes")
    assert (said(again)["rows"], said(again)["receipts"]) == (0, [])
    assert "has everything of device dev-001 already" in again.stderr
    assert files(card) == before  # nothing on it was touched, and no file was made beside


def test_rows_that_only_the_write_ahead_log_of_a_killed_device_has_are_rescued(
    bench: ProvinceBench, device: SimulatedDevice, site: TechnicianSite, pem: Path, card: Path
) -> None:
    folder = site.box(device, card)
    program = (
        "import os, signal; from pathlib import Path; from tests.province.rescue.cards import fill\n"
        f"ledger = fill(Path({str(folder)!r}), 1, 40); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", program], check=False, env={**os.environ}, timeout=120)
    assert killed.returncode < 0
    assert (folder / "ratings.db-wal").stat().st_size > 0
    before = files(card)
    assert said(rescue(card, pem, "--yes"))["rows"] == 40
    assert len(bench.stored(device)) == 40
    assert files(card) == before


def test_only_what_the_province_has_not_is_brought(
    bench: ProvinceBench, device: SimulatedDevice, site: TechnicianSite, pem: Path, card: Path
) -> None:
    folder = site.box(device, card)
    fill(folder, 1, 5).close()
    shutil.copytree(card, card.parent / "earlier")
    assert said(rescue(card.parent / "earlier", pem, "--yes"))["rows"] == 5
    fill(folder, 6, 9).close()
    plan = said(rescue(card, pem, "--dry-run"))
    assert [(log["after"], log["rows"], log["contradicts"]) for log in plan["logs"]] == [(5, 4, False)]
    assert len(bench.stored()) == 5
    assert said(rescue(card, pem, "--yes"))["rows"] == 4


def test_a_card_older_than_what_is_held_brings_nothing_and_contradicts_nothing(
    bench: ProvinceBench, device: SimulatedDevice, site: TechnicianSite, pem: Path, card: Path
) -> None:
    folder = site.box(device, card)
    fill(folder, 1, 5).close()
    shutil.copytree(card, card.parent / "older")
    fill(folder, 6, 9).close()
    assert said(rescue(card, pem, "--yes"))["rows"] == 9
    older = said(rescue(card.parent / "older", pem, "--yes"))
    assert (older["rows"], older["aside"]) == (0, 0)
    assert bench.alarm_codes() == []


def test_words_that_were_left_arrive_still_sealed(
    bench: ProvinceBench, device: SimulatedDevice, site: TechnicianSite, pem: Path, card: Path
) -> None:
    ledger = fill(site.box(device, card), 1, 2)
    left = rating(3)
    blob = KEY.seal(CONFIDED, visit=left.visit)
    ledger.append(rating(3, sealed=Sealed(sha256=blob.sha256, purpose=blob.purpose), assignment=1), blob)
    ledger.close()
    done = rescue(card, pem, "--yes")
    assert (said(done)["rows"], said(done)["blobs"]) == (3, 1)
    with bench.database.read() as connection:
        kept = sealed.find(connection, bench.stored()[0].log_id, blob.sha256)
    assert kept is not None
    assert (kept.enc, kept.ct, kept.seq) == (blob.enc, blob.ct, 3)
    again = rescue(card, pem, "--yes")
    assert (said(again)["rows"], said(again)["blobs"]) == (0, 0)


def test_of_a_damaged_card_all_is_rescued_that_holds_and_the_rest_declared_lost(
    bench: ProvinceBench, device: SimulatedDevice, site: TechnicianSite, pem: Path, card: Path
) -> None:
    folder = site.box(device, card)
    fill(folder, 1, 30).close()
    overwrite_page_of(folder / "ratings.db", 15)
    done = rescue(card, pem, "--yes")
    (log,) = said(done)["logs"]
    gone = {seq for first, last in log["lost"] for seq in range(first, last + 1)}
    assert 15 in gone
    assert {s.seq for s in bench.stored()} == set(range(1, 31)) - gone
    assert (log["state"], said(done)["rows"]) == ("damaged", 30 - len(gone))
    assert "is damaged" in done.stderr
    assert bench.alarm_codes() == ["declared_loss"]
    assert said(rescue(card, pem, "--yes"))["rows"] == 0


def test_bytes_that_the_card_does_not_give_cost_their_page_and_no_more(tmp_path: Path) -> None:
    fill(tmp_path, 1, 30).close()
    size = (tmp_path / "ratings.db").stat().st_size
    bad = 10 * 1024

    def read(handle: int, count: int, at: int) -> bytes:
        if at <= bad < at + count:
            raise OSError(errno.EIO, "Input/output error")
        return os.pread(handle, count, at)

    target = tmp_path / "copy" / "ratings.db"
    assert copy_ledger(tmp_path / "ratings.db", target, read=read) == 1024
    original, copied = (tmp_path / "ratings.db").read_bytes(), target.read_bytes()
    assert len(copied) == size
    assert copied == original[:bad] + bytes(1024) + original[bad + 1024 :]


def test_a_ledger_that_is_written_meanwhile_is_copied_again_until_both_files_are_of_one_moment(
    tmp_path: Path,
) -> None:
    ledger = fill(tmp_path, 1, 3)
    writes = iter(range(4, 6))

    def read(handle: int, count: int, at: int) -> bytes:
        number = next(writes, None)
        if number is not None:
            ledger.append(rating(number, assignment=1))
        return os.pread(handle, count, at)

    target = tmp_path / "copy" / "ratings.db"
    assert copy_ledger(tmp_path / "ratings.db", target, read=read) == 0
    with LedgerReader(target) as reader:
        assert reader.head() == ledger.head
    writes = iter(range(6, 1000))
    with pytest.raises(Refused, match=r"rescue\.alive"):
        copy_ledger(tmp_path / "ratings.db", target, read=read)
    ledger.close()


def test_logs_that_ended_on_the_card_are_rescued_before_the_one_that_follows_them(
    bench: ProvinceBench, device: SimulatedDevice, site: TechnicianSite, pem: Path, card: Path
) -> None:
    folder = site.box(device, card)
    ended = fill(folder, 1, 3)
    ended.end("another card")
    ended.close()
    with LedgerReader(folder / "ratings.db") as reader:
        log_id = reader.log().log_id
    closed_log_path(folder, log_id).parent.mkdir()
    (folder / "ratings.db").rename(closed_log_path(folder, log_id))
    ledger = Ledger(folder / "ratings.db")
    ledger.create(prior=log_id)
    ledger.close()
    fill(folder, 4, 5).close()
    logs = said(rescue(card, pem, "--yes"))["logs"]
    assert [(log["state"], log["rows"]) for log in logs] == [("closed", 3), ("active", 2)]
    assert (logs[0]["log_id"], len(bench.stored())) == (log_id, 5)


def test_a_dry_run_and_a_question_that_nobody_answers_change_nothing(
    bench: ProvinceBench, device: SimulatedDevice, site: TechnicianSite, pem: Path, card: Path
) -> None:
    fill(site.box(device, card), 1, 3).close()
    dry = rescue(card, pem, "--dry-run")
    assert said(dry)["logs"][0]["rows"] == 3
    assert "dry run" in dry.stderr
    asked = rescue(card, pem)
    assert asked.returncode == 1
    assert json.loads(asked.stdout)["error"] == "nobody"
    assert bench.stored() == []


def test_a_card_whose_rows_are_not_those_held_is_kept_aside_and_told(
    bench: ProvinceBench, device: SimulatedDevice, site: TechnicianSite, pem: Path, card: Path
) -> None:
    folder = site.box(device, card)
    fill(folder, 1, 4).close()
    shutil.copytree(card, card.parent / "other")
    ledger = fill(card.parent / "other/var/lib/chuangping", 5, 6)
    ledger.close()
    fill(folder, 7, 8).close()
    assert said(rescue(card, pem, "--yes"))["rows"] == 6
    done = rescue(card.parent / "other", pem, "--yes")
    assert (said(done)["rows"], said(done)["aside"]) == (0, 6)
    assert "has other rows than the province holds" in done.stderr
    assert "keep the card and tell the office" in done.stderr
    assert bench.alarm_codes() == ["conflict"]
    assert [s.row["visit"] for s in bench.stored()][4:] == [f"{n:032x}" for n in (7, 8)]


class Failing(Rescues):
    """Takes one statement, then its database is away until it is mended."""

    left = 1

    def take(self, statement: str, *, brought_by: str | None = None) -> Taken:
        if self.left == 0:
            raise StoreError("the database is away")
        self.left -= 1
        return super().take(statement, brought_by=brought_by)


def test_what_ends_in_the_middle_goes_on_where_it_ended(
    bench: ProvinceBench, device: SimulatedDevice, card: Path, tmp_path: Path
) -> None:
    failing = Failing(bench.database, clock=bench.clock, key=bench.key)
    with TechnicianSite(bench, tmp_path / "site", rescues=failing) as site:
        pem = site.technician()[1]
        fill(site.box(device, card), 1, 700).close()
        broken = rescue(card, pem, "--yes")
        assert broken.returncode == 69
        there = len(bench.stored())
        assert 0 < there < 700
        failing.left = 9
        assert said(rescue(card, pem, "--yes"))["rows"] == 700 - there
    assert [s.seq for s in bench.stored()] == list(range(1, 701))


def test_a_bare_folder_is_its_devices_by_what_the_province_knows(
    bench: ProvinceBench, device: SimulatedDevice, site: TechnicianSite, pem: Path, card: Path
) -> None:
    folder = site.box(device, card)
    fill(folder, 1, 2).close()
    unknown = rescue(folder, pem, "--yes", "--url", site.url)
    assert (unknown.returncode, json.loads(unknown.stdout)["error"]) == (1, "no_device")
    assert json.loads(rescue(folder, pem, "--yes").stdout)["error"] == "no_url"
    said(rescue(card, pem, "--yes"))
    fill(folder, 3, 3).close()
    done = rescue(folder, pem, "--yes", "--url", site.url)
    assert (said(done)["device"], said(done)["rows"]) == (device.name, 1)
    assert rescues_of(bench).held(bench.stored()[0].log_id).through == 3


def test_the_device_that_came_after_another_one_in_a_box_is_not_overlooked(
    folder: Path, pem: Path, card: Path
) -> None:
    fill(folder, 1, 2).close()
    (folder / "cp-after").mkdir()
    fill(folder / "cp-after", 3, 3).close()
    shutil.rmtree(card / "etc")
    done = rescue(card, pem, "--yes", "--url", "https://127.0.0.1:1")
    assert (done.returncode, json.loads(done.stdout)["error"]) == (1, "many_ledgers")
    assert "(var/lib/chuangping, var/lib/chuangping/cp-after)" in done.stderr


def test_a_machine_whose_clock_is_behind_reaches_the_province_all_the_same(
    bench: ProvinceBench, device: SimulatedDevice, card: Path, tmp_path: Path
) -> None:
    with TechnicianSite(bench, tmp_path / "site", begins_in=timedelta(days=9)) as site:
        pem = site.technician()[1]
        fill(site.box(device, card), 1, 2).close()
        assert said(rescue(card, pem, "--yes"))["rows"] == 2
