"""`chuangping run` and `chuangping province`: their exit codes are the processes' own."""

from __future__ import annotations

import pytest

from tests.provisioning.console import chuangping

PROCESSES = pytest.mark.parametrize("process", ["device", "sync", "province"])


@PROCESSES
def test_a_configuration_that_is_not_there_is_78(tmp_path, process):
    done = chuangping("run", process, "--config", tmp_path / "none.toml")
    assert done.returncode == 78
    assert "there is no such file" in done.stderr
    assert "Traceback" not in done.stderr


@PROCESSES
def test_a_configuration_of_another_kind_is_78_and_says_so(tmp_path, process):
    path = tmp_path / "other.toml"
    path.write_text('kind = "other"\n')
    done = chuangping("run", process, "--config", path)
    assert done.returncode == 78
    assert f'the first key must be kind = "{process}"' in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["run", "device"], ["run", "nothing"], ["nothing"], ["ledger", "verify"], ["demo", "--seconds", "-1"]],
)
def test_wrong_usage_is_2(arguments):
    assert chuangping(*arguments).returncode == 2


def test_the_provinces_own_commands_stand_behind_one_word():
    done = chuangping("province", "--help")
    assert done.returncode == 0
    assert "init" in done.stdout
    assert chuangping("province", "nothing").returncode == 2


def test_the_version_is_told():
    assert chuangping("--version").stdout.startswith("chuangping, version ")
