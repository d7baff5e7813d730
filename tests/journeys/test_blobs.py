"""What is too large for a message: a picture down to the screen, a log bundle up to the operator."""

from __future__ import annotations

import io
import json
import signal
import tarfile
from pathlib import Path

import pytest
from PIL import Image

from tests.journeys.steered_loop import SteeredLoop
from tests.patience import PATIENCE_S, until

COLOUR = (200, 30, 160)  # no screen has it


class BlobLoop(SteeredLoop):
    """One whose pictures are looked at."""

    def pictures(self) -> list[Path]:
        """What the agent has fetched."""
        folder = self.folder / "sync" / "photos"
        return sorted(folder.iterdir()) if folder.is_dir() else []

    def shows(self, colour: tuple[int, int, int]) -> bool:
        """Whether a good part of the screen is of about this colour."""
        with Image.open(io.BytesIO(self.screenshot())) as screen:
            counted = screen.convert("RGB").getcolors(1 << 24) or []
        near = sum(n for n, c in counted if all(abs(a - b) < 12 for a, b in zip(c, colour, strict=True)))
        return near > 500


@pytest.fixture(scope="module")
def loop(tmp_path_factory):
    loop = BlobLoop(tmp_path_factory.mktemp("blobs") / "demo", "--headless", "--fast")
    yield loop
    assert loop.stop() == 0


def picture(folder: Path, colour: tuple[int, int, int]) -> Path:
    file = folder / "wang.png"
    Image.new("RGB", (700, 900), colour).save(file)
    return file


def test_a_picture_set_at_the_province_is_seen_beside_its_clerk_and_goes_again(loop, number, tmp_path):
    file = picture(tmp_path, COLOUR)
    loop.command("settings", "set", "clerk.C0231=王芳", f"clerk.C0231.photo={file}")
    until(loop.pictures, within_s=PATIENCE_S, what=f"the picture at the agent\n{loop.logs()}")
    assert not loop.shows(COLOUR)
    invitation = loop.invited(number())
    until(lambda: loop.shows(COLOUR), within_s=PATIENCE_S, what=f"the picture on the screen\n{loop.logs()}")
    loop.press_until_answered(invitation, 4, within_s=PATIENCE_S)
    loop.command("settings", "set", "clerk.C0231.photo=")
    until(lambda: not loop.pictures(), within_s=PATIENCE_S, what="no picture at the agent")
    invitation = loop.invited(number(), within_s=PATIENCE_S)
    loop.press_until_answered(invitation, 5, within_s=PATIENCE_S)
    assert not loop.shows(COLOUR)
    assert len(loop.arrived(within_s=PATIENCE_S)) == len(loop.rows())


def test_a_picture_larger_than_announced_is_refused_with_an_alarm(loop, number, tmp_path):
    file = picture(tmp_path, (30, 120, 160))
    loop.kill("sync", number=signal.SIGSTOP)  # it has not fetched it when it becomes another
    try:
        loop.command("settings", "set", "clerk.C0555=李四", f"clerk.C0555.photo={file}")
        shown = json.loads(loop.command("settings", "show", "--json"))
        (clerk,) = [c for c in shown["settings"]["clerks"] if c["id"] == "C0555"]
        held = loop.folder / "province" / "blobs" / clerk["photo"]["sha256"]
        held.write_bytes(held.read_bytes() * 50)
    finally:
        loop.kill("sync", number=signal.SIGCONT)
    until(lambda: "blob_refused" in loop.alarms(), within_s=PATIENCE_S, what=f"the alarm\n{loop.logs()}")
    assert loop.pictures() == []
    loop.answer(number(), 3)  # ratings go on


def test_logs_are_collected_and_taken_away_and_tell_nothing_of_citizens(loop, number, tmp_path):
    rated = number()
    loop.answer(rated, 1)
    order = json.loads(loop.command("order", "--json", "collect_logs"))["id"]
    until(lambda: loop.outcome(order) == "done", within_s=PATIENCE_S, what=f"the answer\n{loop.logs()}")
    out = tmp_path / "bundle.tar.gz"

    def taken() -> bool:
        try:
            loop.command("bundle", "--order", order, "--out", out)
        except AssertionError:
            return False
        return True

    until(taken, within_s=PATIENCE_S, what=f"the bundle at the province\n{loop.logs()}")
    with tarfile.open(out) as tar:
        found = {entry.name: tar.extractfile(entry).read() for entry in tar}
    assert b"device started" in found["logs/device.log"]
    assert b"agent started" in found["logs/sync.log"]
    assert set(found) >= {"bundle.json", "status.json", "ledger.json", "sync.toml.json", "device.toml.json"}
    assert not any("province" in name or "broker" in name for name in found)
    ledger = json.loads(found["ledger.json"])
    assert (ledger["holds"], ledger["rows_that_hold"] > 0) == (True, True)
    together = b"\n".join(found.values())
    secrets = [loop.ready["counter_token"], loop.ready["web_token"], "PRIVATE KEY"]
    rows = [row for row in loop.rows() if row["handling"]]
    telling = {row["handling"]["project_no"] for row in rows} | {row["visit"] for row in rows}
    telling |= {row["hash"] for row in rows}
    for text in [*secrets, *telling, '"level"', "indicators", "居民身份证换领", "C0231"]:
        assert text.encode("utf-8") not in together, text
    left = loop.folder / "sync" / "bundles"
    until(lambda: not list(left.iterdir()), within_s=PATIENCE_S, what="nothing left to bring")


def test_a_bundle_that_is_not_there_is_said(loop, tmp_path):
    said = loop.command("bundle", "--order", "o-none", "--out", tmp_path / "x", exit_code=1)
    assert "order collect_logs" in said
