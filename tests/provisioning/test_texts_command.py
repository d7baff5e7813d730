"""`chuangping texts check`: every problem of a pack, one a line, in the technician's language."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

CHINESE_PACK = Path(__file__).parents[2] / "ui" / "texts" / "zh-Hans.toml"


def check(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "provisioning", "texts", "check", *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A pack without one text, with one that nobody shows, and with some that fill in something else."""
    text = CHINESE_PACK.read_text("utf-8")
    text = text.replace('decline = "暂不评价"', 'declined = "暂不评价"').replace(
        '= "还剩 {seconds} 秒', '= "还剩 {second} 秒'
    )
    path = tmp_path / "zh-Hans.toml"
    path.write_text(text, "utf-8")
    return path


def test_every_problem_is_told_in_a_line_of_its_own(broken: Path) -> None:
    done = check("--lang", "en", str(broken))
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"{broken}: decline: is missing; the Chinese text is “暂不评价”.",
        f"{broken}: declined: unknown key, no screen shows it; take it out or correct its name.",
        f"{broken}: seconds: fills in {{second}}, must fill in {{seconds}}.",
        f"{broken}: seconds_extend: fills in {{second}}, must fill in {{seconds}}.",
        f"{broken}: time_warning: fills in {{second}}, must fill in {{seconds}}.",
        f"{broken}: time_warning_last: fills in {{second}}, must fill in {{seconds}}.",
    ]


def test_programs_are_told_the_same(broken: Path) -> None:
    done = check("--json", str(broken))
    told = json.loads(done.stdout)
    assert [(problem["key"], problem["kind"]) for problem in told["problems"]] == [
        ("decline", "missing"),
        ("declined", "unknown"),
        ("seconds", "braces"),
        ("seconds_extend", "braces"),
        ("time_warning", "braces"),
        ("time_warning_last", "braces"),
    ]
    assert "decline：缺失" in done.stderr


def test_a_text_that_is_too_long_is_told_with_its_screen_and_size(tmp_path: Path) -> None:
    path = tmp_path / "zh-Hans.toml"
    text = CHINESE_PACK.read_text("utf-8").replace('"请评价本次服务"', '"请您评价本次服务好不好"')
    text = text.replace("请您评价本次服务好不好", "请您评价本次服务好不好" * 8)
    path.write_text(text, "utf-8")
    done = check("--lang", "en", str(path))
    assert done.returncode == 1
    assert "is too long on the screen level at 1024x600; write it shorter." in done.stderr


def test_a_pack_that_is_not_there_is_a_fault_of_configuration() -> None:
    done = check("xx")
    assert done.returncode == 78
    assert 'there is no pack "xx"; there are: bo, en, ii, ug, zh-Hans, zh-Hant' in done.stderr
