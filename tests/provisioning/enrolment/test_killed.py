"""Killed at any step and run again: the old state or the new one, and always one device for one ticket."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S
from tests.provisioning.console import COMMAND
from tests.provisioning.enrolment.blank_box import BlankBox
from tests.provisioning.enrolment.service import Service

pytestmark = pytest.mark.usefixtures("broker")

ROUTES = (
    "/.well-known/est/cacerts",
    "/device/v1/keys",
    "/.well-known/est/simpleenroll",
    "/device/v1/enrolment",
    "/device/v1/enrolment/confirmed",
)
# What changes something on a card.
CALLS = ("rename", "fsync", "mkdir", "symlink", "unlink", "rmdir", "unlinkat", "fchmod")
ENVIRONMENT = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}


def command(box: BlankBox, token: str) -> list[str]:
    arguments = ["--ticket", str(box.ticket(token)), "--yes", "--dir", str(box.folder), "--lang", "en"]
    return [*COMMAND, "enrol", *arguments]


def check_whole_or_blank(box: BlankBox, service: Service) -> None:
    """No half identity is in force, and before it is there are no configurations for one."""
    if (box.folder / "identity").exists():
        (device,) = service.devices
        assert box.enrolled.device == device
    else:
        assert not [*box.folder.glob("*.toml")]


@pytest.mark.parametrize("route", ROUTES)
def test_killed_while_the_province_is_asked(route: str, service: Service, box: BlankBox) -> None:
    token = service.ticket()
    service.silent.add(route)
    process = subprocess.Popen(command(box, token), stderr=subprocess.DEVNULL)
    assert service.asking.wait(PATIENCE_S)
    process.kill()
    process.wait(PATIENCE_S)
    service.silent.clear()
    check_whole_or_blank(box, service)
    assert box.enrol(token).returncode == 0
    (device,) = service.devices
    box.check_whole(device)
    assert service.confirmed[-1] == device


def changes(command: list[str], trace: Path) -> list[tuple[str, int]]:
    """Each call of `command` that changes something: its name, and the how many-th it is of that name."""
    strace = ["strace", "-f", "-o", str(trace), "-e", f"trace={','.join(CALLS)}"]
    subprocess.run([*strace, *command], env=ENVIRONMENT, check=True, capture_output=True)
    counted = Counter(re.findall(rf" ({'|'.join(CALLS)})\(", trace.read_text()))
    assert counted["rename"] > 5
    assert counted["fsync"] > 10
    return [(name, nth) for name in counted for nth in range(1, counted[name] + 1)]


def kill_at(call: str, nth: int, command: list[str]) -> None:
    """Run `command`, and kill it as it makes this call."""
    inject = ["strace", "-f", "-o", "/dev/null", "-e", f"trace={call}"]
    inject += ["-e", f"inject={call}:signal=KILL:when={nth}"]
    done = subprocess.run([*inject, *command], env=ENVIRONMENT, capture_output=True, check=False)
    assert done.returncode in {-signal.SIGKILL, 128 + signal.SIGKILL}, (call, nth, done.stderr)


def left(box: BlankBox) -> set[str]:
    """What is beside the configurations."""
    return {p.name for p in box.folder.iterdir()} - {"counter.token", "device.toml", "sync.toml"}


@pytest.mark.long
def test_killed_at_each_change_of_the_card(service: Service, tmp_path: Path) -> None:
    """Killed as each call that changes a file is made; the run after it ends well each time."""
    token = service.ticket()
    for call, nth in changes(command(BlankBox(tmp_path / "first"), token), tmp_path / "trace"):
        service.devices.clear()
        box = BlankBox(tmp_path / f"box-{call}-{nth}")
        kill_at(call, nth, command(box, token))
        check_whole_or_blank(box, service)
        assert box.enrol(token).returncode == 0, (call, nth)
        (device,) = service.devices
        box.check_whole(device)
        assert service.confirmed[-1] == device
        assert left(box) == {"identity", (box.folder / "identity").readlink().name}, (call, nth)


@pytest.mark.long
def test_killed_at_each_change_of_a_renewal(service: Service, box: BlankBox, tmp_path: Path) -> None:
    """The agent can start at any moment of it, and the next renewal ends well."""
    box.enrol(service.ticket())
    device = box.enrolled.device
    renew = [*COMMAND, "renew", "--dir", str(box.folder), "--now"]
    for call, nth in changes(renew, tmp_path / "trace"):
        kill_at(call, nth, renew)
        box.check_whole(device)
        assert box.renew("--now").returncode == 0, (call, nth)
        box.check_whole(device)
        assert left(box) == {"identity", (box.folder / "identity").readlink().name}, (call, nth)
    assert service.confirmed == [device]
