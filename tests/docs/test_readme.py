"""The READMEs: the folder map is whole, both languages say the same, and what they tell one to type works."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Page, rows
from tests.journeys.loop import Loop

ENGLISH, CHINESE = Page("README.md"), Page("README.zh-CN.md")
BOTH = pytest.mark.parametrize(("page", "map_"), [(ENGLISH, "Where is what"), (CHINESE, "目录")])


def folders() -> set[str]:
    """The folders at the top that belong to the project: neither hidden nor made by tools."""
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text("utf-8").splitlines()]
    return {
        f"{folder.name}/"
        for folder in ROOT.iterdir()
        if folder.is_dir()
        and not folder.name.startswith(".")
        and not any(folder.match(pattern) for pattern in ignored)
    }


@BOTH
def test_the_map_names_every_folder_at_the_top(page: Page, map_: str) -> None:
    said = [row[0].strip("`") for row in rows(page.section(map_))]
    assert len(said) == len(set(said))
    assert set(said) == folders()


def test_both_tell_one_to_type_the_same() -> None:
    def typed(page: Page) -> list[str]:
        return [block for block in page.code() if "─" not in block]

    assert typed(ENGLISH) == typed(CHINESE)


def test_both_have_the_same_links_and_parts() -> None:
    def parts(page: Page) -> list[int]:
        return [len(marks) for marks in re.findall(r"^(#+) ", page.prose, re.MULTILINE)]

    assert parts(ENGLISH) == parts(CHINESE)
    assert [*ENGLISH.links()[1:]] == [*CHINESE.links()[1:]]  # the first leads to the other language


@pytest.mark.parametrize("script", ["run", "test", "check"])
def test_the_scripts_that_are_named_can_be_run(script: str) -> None:
    assert f"scripts/{script}" in ENGLISH.text
    assert (ROOT / "scripts" / script).stat().st_mode & 0o111


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl, as the README says")
def test_the_clerk_and_the_citizen_of_the_readme_make_one_rating(tmp_path: Path) -> None:
    (block,) = (b for b in ENGLISH.code() if "/v1/invitations" in b)
    loop = Loop(tmp_path / "demo", "--headless")
    try:
        typed = subprocess.run(
            ["sh", "-eu"], input=block, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )
        proof = _chuangping("ledger verify", "demo/device/ratings.db", tmp_path)
        login = _chuangping("province login", "--config demo/province/province.toml", tmp_path)
    finally:
        assert loop.stop() == 0
    assert typed.stderr == ""
    invited, ratings = map(json.loads, typed.stdout.replace("}{", "}\n{").splitlines())
    assert invited["state"] == "waiting"
    (rating,) = (row for row in ratings["ratings"] if row["kind"] == "rating")
    assert (rating["level"], rating["input"], rating["counted"]) == (5, "key", True)
    assert rating["invite"]["id"] == invited["id"]
    assert re.search(r"unbroken, [123] rows", proof)  # the rating, and what was learnt of the time
    assert login.startswith(loop.ready["web"] + "/login?once=")


def _chuangping(words: str, arguments: str, folder: Path) -> str:
    """What one of the README's further commands prints."""
    assert f".venv/bin/chuangping {words} {arguments}\n" in ENGLISH.text
    command = [
        shutil.which("chuangping") or str(ROOT / ".venv/bin/chuangping"),
        *words.split(),
        *arguments.split(),
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
