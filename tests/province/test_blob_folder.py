"""The folder of blobs: each file whole or not there."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest

from device.clock import FakeClock
from province.blob_folder import BlobFolder
from province.blob_keeper import AT_LEAST, EVERY_MS, BlobKeeper
from province.errors import NoRoom, StoreError
from province.store import blobs
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice

ABC = hashlib.sha256(b"abc").hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> BlobFolder:
    folder = BlobFolder(tmp_path / "blobs")
    folder.open()
    return folder


def names(folder: BlobFolder) -> list[str]:
    return sorted(file.name for file in folder.root.iterdir())


def test_what_is_kept_is_named_by_its_hash_and_its_owners_alone(folder: BlobFolder) -> None:
    assert folder.keep(b"abc") == ABC
    assert folder.keep(b"abc") == ABC
    assert (folder.size(ABC), folder.read(ABC), names(folder)) == (3, b"abc", [ABC])
    assert stat.S_IMODE(folder.path(ABC).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.root.stat().st_mode) == 0o700


def test_what_is_not_there_has_no_size(folder: BlobFolder) -> None:
    assert folder.size(ABC) is None
    assert folder.read(ABC) is None


def test_a_part_is_nothing_until_it_is_whole(folder: BlobFolder) -> None:
    part = folder.begin(ABC)
    part.write(b"ab")
    assert folder.read(ABC) is None
    part.write(b"c")
    assert part.finish()
    part.discard()
    assert folder.read(ABC) == b"abc"


def test_a_part_with_another_hash_leaves_nothing(folder: BlobFolder) -> None:
    part = folder.begin(ABC)
    part.write(b"abd")
    assert not part.finish()
    part.discard()
    assert names(folder) == []


def test_what_an_interrupted_process_left_half_is_removed_at_the_start(folder: BlobFolder) -> None:
    (folder.root / ".part-0123456789abcdef").write_bytes(b"ab")
    folder.open()
    assert names(folder) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told_and_leaves_nothing(folder: BlobFolder) -> None:
    part = folder.begin(ABC)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, part._file.fileno())
    os.close(full)
    part.write(b"abc")
    with pytest.raises(NoRoom, match="there is no room"):
        part.finish()
    part.discard()
    assert names(folder) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("in the way")
    with pytest.raises(StoreError, match=f"^{tmp_path}/blobs: cannot be used for blobs: "):
        BlobFolder(tmp_path / "blobs").open()


def test_files_that_nobody_has_to_do_with_go_after_a_day(
    bench: ProvinceBench, device: SimulatedDevice, clock: FakeClock
) -> None:
    needed, idle, young = (bench.blobs.keep(content) for content in (b"needed", b"idle", b"young"))
    with bench.database.write() as connection:
        blobs.name_photos(connection, device.name, {needed: 6}, at="2026-11-22T10:15:00.000+08:00")
    old_s = (clock.now().wall - AT_LEAST).timestamp() - 1
    for sha256 in (needed, idle):
        os.utime(bench.blobs.path(sha256), (old_s, old_s))
    now_s = clock.now().wall.timestamp()
    os.utime(bench.blobs.path(young), (now_s, now_s))
    keeper = BlobKeeper(bench.database, bench.blobs, clock=clock)
    keeper.look()
    assert names(bench.blobs) == sorted([needed, young])
    os.utime(bench.blobs.path(young), (old_s, old_s))
    keeper.look()
    assert names(bench.blobs) == sorted([needed, young])  # looked an instant ago
    clock.advance(EVERY_MS)
    keeper.look()
    assert names(bench.blobs) == [needed]
