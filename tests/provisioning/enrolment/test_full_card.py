"""A card without room, wherever it runs out: one sentence, and what was there before stands."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.provisioning.enrolment.blank_box import BlankBox
from tests.provisioning.enrolment.service import Service

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="mounts need root"),
    pytest.mark.usefixtures("broker"),
]

PAGE = 4096  # a tmpfs counts in these


@pytest.fixture
def card(tmp_path: Path) -> Iterator[BlankBox]:
    """A box on a card of 40 pages."""
    folder = tmp_path / "card"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={40 * PAGE}", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"this machine does not let us mount: {done.stderr.strip()}")
    yield BlankBox(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def leave(card: BlankBox, pages: int) -> Path:
    """A file that takes all room but for so many pages."""
    filler = card.folder / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(PAGE)):
            pass
    size = filler.stat().st_size
    os.truncate(filler, size - size % PAGE - pages * PAGE)
    return filler


def test_wherever_the_room_ends_nothing_has_changed_and_room_makes_it_whole(
    service: Service, card: BlankBox
) -> None:
    token, refused = service.ticket(), 0
    for pages in range(40):
        filler = leave(card, pages)
        done = card.enrol(token)
        filler.unlink()
        if done.returncode == 0:
            break
        assert done.returncode == 74, done.stderr
        sentence = done.stderr.splitlines()[-1]
        assert sentence.endswith("make some and run it again; what was there before stands.")
        assert card.state() == {}
        refused += 1
    assert refused > 5
    (device,) = service.devices
    card.check_whole(device)


def test_an_enrolled_box_stands_when_its_renewal_finds_no_room(service: Service, card: BlankBox) -> None:
    card.enrol(service.ticket())
    before = card.state()
    filler = leave(card, 3)
    done = card.renew("--now")
    filler.unlink()
    assert (done.returncode, "There is no room" in done.stderr) == (74, True)
    assert {n: c for n, c in card.state().items() if "renewal.new" not in n} == before
    assert card.renew("--now").returncode == 0
    card.check_whole(card.enrolled.device)
