"""Storage that fails under a real device: said on the screen and to the counter, and back."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from device.ledger.reader import LedgerReader
from tests.faults.device_alone import DeviceAlone
from tests.patience import until

pytestmark = [pytest.mark.alone, pytest.mark.skipif(os.geteuid() != 0, reason="mounts need root")]

FULL = "存储空间已满 · F-014"
READ_ONLY = "存储不可写 · F-015"
IDLE = "欢迎您评价"
NOTICED_S = 60.0


def mount(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"this machine does not let us mount: {done.stderr.strip()}")


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Path]:
    """A card of 8 MiB."""
    card = tmp_path / "card"
    card.mkdir()
    mount("-t", "tmpfs", "-o", "size=8m", "tmpfs", str(card))
    yield card
    subprocess.run(["umount", "--lazy", str(card)], check=True)


def fill(card: Path) -> Path:
    """Until nothing more goes on the card."""
    filler = card / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass
    assert os.statvfs(card).f_bavail == 0
    return filler


def levels(card: Path) -> list[int | None]:
    with LedgerReader(card / "ratings.db") as reader:
        return [row.row()["level"] for row in reader.rows()]


def cannot_record(device: DeviceAlone, fault: str) -> bool:
    return device.state() == {"ready": False, "fault": fault}


def test_a_full_card_is_said_and_room_brings_the_device_back(tmp_path: Path, card: Path) -> None:
    with DeviceAlone(tmp_path, card) as device:
        until(lambda: IDLE in device.screen, what="idle")
        device.rate(1, 4)
        filler = fill(card)
        until(lambda: cannot_record(device, "F-014"), what="the counter learns F-014")
        until(lambda: FULL in device.screen, what="the screen says F-014")
        refused = device.invite(2)
        assert (refused.status_code, refused.json()["error"]) == (503, "cannot_record")
        assert refused.json()["fault"] == "F-014"
        device.line.press(5)
        filler.unlink()
        until(lambda: device.state() == {"ready": True, "fault": None}, what="the counter learns it is well")
        until(lambda: IDLE in device.screen, what="idle again")
        device.rate(2, 2)
    assert levels(card) == [4, 2]


def test_a_card_that_fills_up_under_a_visit_thanks_for_nothing(tmp_path: Path, card: Path) -> None:
    with DeviceAlone(tmp_path, card) as device:
        until(lambda: IDLE in device.screen, what="idle")
        invited = device.invite(1).json()["id"]
        until(lambda: "5 非常满意" in device.screen, what="the levels are shown")
        filler = fill(card)
        device.line.press(5)
        until(lambda: not device.state()["ready"] or levels(card) == [5], what="saved, or said not to be")
        saved = levels(card) == [5]
        assert any("评价已保存" in screen for screen in device.screens) is saved
        until(lambda: FULL in device.screen, what="the screen says F-014")
        filler.unlink()
        until(lambda: IDLE in device.screen, what="idle again")
        state = device.counter.get(f"/v1/invitations/{invited}").json()["state"]
        assert state == ("answered" if saved else "closed")


def test_a_read_only_card_is_said_and_the_device_comes_back_when_it_can_be_written(
    tmp_path: Path, card: Path
) -> None:
    with DeviceAlone(tmp_path, card) as device:
        until(lambda: IDLE in device.screen, what="idle")
        device.rate(1, 3)
    mount("-o", "remount,ro", str(card))
    with DeviceAlone(tmp_path, card) as device:
        until(lambda: READ_ONLY in device.screen, what="the screen says F-015")
        assert cannot_record(device, "F-015")
        assert device.invite(2).status_code == 503
        mount("-o", "remount,rw", str(card))
        until(lambda: device.state()["ready"], what="the counter learns it is well")
        until(lambda: IDLE in device.screen, what="idle again")
        device.rate(2, 1)
    assert levels(card) == [3, 1]


class Ext4Card:
    """A card of 32 MiB with a file system that turns read-only at its first error, as a Pi's does."""

    def __init__(self, folder: Path) -> None:
        self.image, self.at = folder / "card.img", folder / "card"
        self.at.mkdir()
        with self.image.open("wb") as file:
            file.truncate(32 * 1024 * 1024)
        made = subprocess.run(
            ["mkfs.ext4", "-q", "-F", self.image], capture_output=True, text=True, check=False
        )
        if made.returncode:
            pytest.skip(f"this machine makes no ext4: {made.stderr.strip()}")
        self.mount(self.image)

    def mount(self, image: Path) -> None:
        mount("-o", "loop,errors=remount-ro", str(image), str(self.at))

    def turn_read_only(self) -> None:
        """The file system finds an error, and takes no writes any more, whoever has files open."""
        found = ["findmnt", "--noheadings", "--output", "SOURCE", self.at]
        source = subprocess.run(found, capture_output=True, text=True, check=True).stdout.strip()
        trigger = Path("/sys/fs/ext4", Path(source).name, "trigger_fs_error")
        try:
            trigger.write_text("1", "ascii")
        except OSError as error:
            pytest.skip(f"this machine's ext4 cannot be made to find an error: {error}")

    def answer_with_errors(self) -> None:
        """Every access to the card is an I/O error from now on."""
        shut_down, without_a_last_write = 0x8004587D, struct.pack("I", 2)  # EXT4_IOC_SHUTDOWN
        handle = os.open(self.at, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, shut_down, without_a_last_write)
        except OSError as error:
            pytest.skip(f"this machine's ext4 cannot be shut down: {error}")
        finally:
            os.close(handle)

    def repair(self) -> None:
        """What was on the card is checked, and mounted again in the same place."""
        subprocess.run(["umount", "--lazy", self.at], check=True)
        repaired = self.image.with_name("repaired.img")
        shutil.copyfile(self.image, repaired)  # the device's socket may hold the old one
        subprocess.run(["e2fsck", "-fy", repaired], capture_output=True, check=False)
        self.mount(repaired)


@pytest.fixture
def ext4(tmp_path: Path) -> Iterator[Ext4Card]:
    card = Ext4Card(tmp_path)
    yield card
    subprocess.run(["umount", "--lazy", card.at], check=True)


@pytest.mark.parametrize(
    ("breaks", "faults"),
    [
        # Linux 6.12 to 6.14 let files be opened on such a card: there the first write is an error.
        (Ext4Card.turn_read_only, {"F-015", "F-016"}),
        (Ext4Card.answer_with_errors, {"F-016"}),
    ],
    ids=["read-only", "errors"],
)
def test_a_card_that_fails_under_a_running_device_is_said_without_a_press_and_comes_back_repaired(
    tmp_path: Path, ext4: Ext4Card, breaks, faults: set[str]
) -> None:
    with DeviceAlone(tmp_path, ext4.at) as device:
        until(lambda: IDLE in device.screen, what="idle")
        device.rate(1, 3)
        os.sync()  # what the file system had not written when it failed is not what this test is about
        breaks(ext4)
        until(lambda: not device.state()["ready"], what="the counter learns of it", within_s=NOTICED_S)
        fault = device.state()["fault"]
        assert fault in faults
        until(lambda: fault in device.screen, what=f"the screen says so\n{device.screens}\n{device.log()}")
        refused = device.invite(2)
        assert (refused.status_code, refused.json()["error"]) == (503, "cannot_record")
        thanked = sum("评价已保存" in screen for screen in device.screens)
        device.line.press(5)
        ext4.repair()
        until(lambda: device.state() == {"ready": True, "fault": None}, what=f"well again\n{device.log()}")
        until(lambda: IDLE in device.screen, what="idle again")
        assert sum("评价已保存" in screen for screen in device.screens) == thanked
        device.rate(2, 1)
        assert levels(ext4.at) == [3, 1]


def test_a_card_that_turns_read_only_under_the_levels_thanks_for_nothing(
    tmp_path: Path, ext4: Ext4Card
) -> None:
    with DeviceAlone(tmp_path, ext4.at) as device:
        until(lambda: IDLE in device.screen, what="idle")
        invited = device.invite(1).json()["id"]
        until(lambda: "5 非常满意" in device.screen, what="the levels are shown")
        os.sync()
        ext4.turn_read_only()
        until(lambda: not device.state()["ready"], what="it is known without a press", within_s=NOTICED_S)
        device.line.press(5)
        ext4.repair()
        until(lambda: IDLE in device.screen, what=f"idle again\n{device.log()}")
        assert not any("评价已保存" in screen for screen in device.screens)
        until(
            lambda: device.counter.get(f"/v1/invitations/{invited}").json()["state"] == "closed",
            what="the invitation is closed",
        )
        assert levels(ext4.at) == [None]
