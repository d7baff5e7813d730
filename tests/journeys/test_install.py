"""What `scripts/install device` puts on a machine: the product with all its data, and what starts it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WITHIN_S = 600.0


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    below = tmp_path_factory.mktemp("machine")
    installed(below)
    return below


def installed(below: Path) -> None:
    done = subprocess.run(
        [str(ROOT / "scripts" / "install"), "device"],
        env={**os.environ, "DESTDIR": str(below)},
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def chuangping(machine: Path, *arguments: object) -> str:
    """What the installed command prints; it finds nothing of this checkout."""
    done = subprocess.run(
        [str(machine / "opt/chuangping/.venv/bin/chuangping"), *map(str, arguments)],
        cwd=machine,
        env={**os.environ, "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_services_find_what_they_start(machine: Path) -> None:
    for unit in (machine / "etc/systemd/system").glob("*.service"):
        (start,) = (line for line in unit.read_text().splitlines() if line.startswith("ExecStart="))
        program = Path(start.removeprefix("ExecStart=").split()[0])
        assert os.access(machine / program.relative_to("/"), os.X_OK)
    assert (machine / "usr/local/bin/chuangping").readlink() == Path("/opt/chuangping/.venv/bin/chuangping")
    assert (machine / "etc/sysusers.d/chuangping.conf").exists()
    assert (machine / "etc/tmpfiles.d/chuangping.conf").exists()


def test_the_installed_product_has_its_texts_fonts_and_schemas(machine: Path, tmp_path: Path) -> None:
    assert chuangping(machine, "--version").startswith("chuangping, version ")
    sign = tmp_path / "sign.png"
    chuangping(machine, "label", "window", "--window", "W07", "--name", "综合受理窗口", "--out", sign)
    assert sign.stat().st_size > 1000


def test_run_again_it_keeps_what_the_machine_has(machine: Path) -> None:
    config = machine / "etc/chuangping/device.toml"
    config.parent.mkdir(exist_ok=True)
    config.write_text("kept")
    installed(machine)
    assert config.read_text() == "kept"
    assert chuangping(machine, "--version").startswith("chuangping, version ")


def test_a_role_must_be_said() -> None:
    done = subprocess.run(
        [str(ROOT / "scripts" / "install")], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 64
    assert "scripts/install device, or scripts/install province" in done.stderr
