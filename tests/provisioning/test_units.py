"""The systemd units: what they must say, what would cut the hardware off, and that systemd can read them."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from device.errors import ConfigError
from provisioning.commands import renew, run

UNITS = Path(str(files("provisioning") / "systemd"))
ROLES = ("device", "sync", "province")


class Unit(configparser.RawConfigParser):
    """A unit file; of a key that stands there twice the last one is kept."""

    def __init__(self, role: str, kind: str = "service") -> None:
        super().__init__(strict=False, delimiters=("=",), comment_prefixes=("#",), default_section="-")
        self.optionxform = str  # type: ignore[assignment,method-assign]
        self.read_string((UNITS / f"chuangping-{role}.{kind}").read_text("utf-8"))


@pytest.mark.parametrize("role", ROLES)
def test_a_unit_starts_its_process_in_the_foreground_and_starts_it_again(role):
    service = Unit(role)["Service"]
    assert service["Type"] == "notify"
    assert service["ExecStart"].split()[1:3] == ["run", role]
    assert role in run.run.commands
    assert service["Restart"] == "always"
    assert service["RestartPreventExitStatus"] == str(ConfigError.exit_code)
    assert Unit(role)["Unit"]["StartLimitIntervalSec"] == "0"


@pytest.mark.parametrize(("role", "seconds"), [("device", "10"), ("sync", "60")])
def test_a_process_of_the_window_is_watched(role, seconds):
    assert Unit(role)["Service"]["WatchdogSec"] == seconds


@pytest.mark.parametrize("role", ROLES)
def test_no_unit_runs_as_root_or_may_become_it(role):
    service = Unit(role)["Service"]
    assert service["User"].startswith("chuangping-")
    assert service["NoNewPrivileges"] == "yes"
    assert service["CapabilityBoundingSet"] == ""


def test_the_devices_unit_cuts_off_neither_pins_nor_lines_nor_screen():
    service = Unit("device")["Service"]
    assert not {"PrivateDevices", "ProtectClock", "DevicePolicy", "MemoryDenyWriteExecute"} & set(service)
    assert {"dialout", "gpio", "video", "render", "input"} <= set(service["SupplementaryGroups"].split())


def test_the_devices_memory_is_written_to_no_file():
    service = Unit("device")["Service"]
    assert (service["LimitCORE"], service["MemorySwapMax"]) == ("0", "0")


def test_device_and_agent_share_the_group_and_the_folder():
    device, sync = Unit("device")["Service"], Unit("sync")["Service"]
    for key in ("Group", "UMask", "ReadWritePaths"):
        assert device[key] == sync[key]
    assert device["User"] != sync["User"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
@pytest.mark.parametrize("role", [*ROLES, "renew"])
def test_systemd_finds_no_fault_in_a_unit(role, tmp_path):
    text = (UNITS / f"chuangping-{role}.service").read_text("utf-8")
    unit = tmp_path / f"chuangping-{role}.service"
    # It asks whether the program is there.
    unit.write_text(text.replace("/opt/chuangping/.venv/bin/chuangping", sys.executable), "utf-8")
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    ours = [line for line in found.stderr.splitlines() if unit.name in line]
    assert (found.returncode, ours) == (0, [])


def test_the_certificate_is_looked_at_once_a_day_each_box_at_an_hour_of_its_own():
    timer = Unit("renew", "timer")["Timer"]
    assert (timer["OnCalendar"], timer["RandomizedDelaySec"]) == ("daily", "24h")
    assert (timer["FixedRandomDelay"], timer["Persistent"]) == ("yes", "yes")
    service = Unit("renew")["Service"]
    assert service["Type"] == "oneshot"
    assert service["ExecStart"].split()[1] == renew.renew.name
    assert service["NoNewPrivileges"] == "yes"


@pytest.mark.skipif(not shutil.which("systemd-sysusers"), reason="systemd-sysusers is not installed")
def test_the_users_and_groups_can_be_made(tmp_path):
    found = subprocess.run(
        ["systemd-sysusers", f"--root={tmp_path}", "--dry-run", str(UNITS / "chuangping.sysusers.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    for name in ("chuangping", "chuangping-device", "chuangping-sync", "gpio"):
        assert f"'{name}'" in found.stderr
