"""The technician's guide: few steps, nothing typed but commands, its pictures, every refusal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from province.__main__ import main as province
from provisioning.__main__ import cli
from tests.docs.pages import ROOT, Page
from tests.docs.refusals import PAGES, page

ENGLISH, CHINESE = Page("docs/technician.md"), Page("docs/technician.zh-CN.md")
PICTURES = ROOT / "docs" / "pictures" / "technician"
MOST_BYTES = 120_000
GUIDES = pytest.mark.parametrize(("guide", "folder"), [(ENGLISH, "en"), (CHINESE, "zh")])
STEPS = [
    (ENGLISH, "Put a window into service", 6),
    (CHINESE, "投用一个窗口", 6),
    (ENGLISH, "Replace a broken device", 4),
    (CHINESE, "替换一台坏的评价器", 4),
]


def commands(text: str) -> list[str]:
    """What a reader is told to type that begins with our program, in its order."""
    lines = re.findall(r"(?:^|`)((?:sudo )?chuangping [^`\n]+)", text, re.MULTILINE)
    return [line.removeprefix("sudo ").strip() for line in lines]


def steps(text: str) -> list[int]:
    """The numbers in front of the steps."""
    return [int(number) for number in re.findall(r"^(\d+)\. ", text, re.MULTILINE)]


@pytest.mark.parametrize(("guide", "heading", "most"), STEPS)
def test_there_are_few_steps(guide: Page, heading: str, most: int) -> None:
    numbers = steps(guide.section(heading))
    assert numbers == list(range(1, len(numbers) + 1))
    assert 0 < len(numbers) <= most


@pytest.mark.parametrize(("guide", "heading"), [(guide, heading) for guide, heading, _ in STEPS])
def test_no_identifier_is_typed_with_a_stick_or_a_scanner(guide: Page, heading: str) -> None:
    said = commands(guide.section(heading))
    assert any(line.startswith(("chuangping enrol", "chuangping replace")) for line in said)
    allowed = {"chuangping", "enrol", "replace", "device", "keys", "test-rating", "--ticket", "-"}
    assert {word for line in said for word in line.split()} <= allowed


@GUIDES
def test_every_command_takes_what_it_is_given(guide: Page, folder: str) -> None:
    for line in commands(guide.text):
        command, words = cli, line.split()[1:]
        if words[0] == "tickets":
            command = province
        while words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words.pop(0)]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, line
        assert not hasattr(command, "commands"), line


@GUIDES
def test_its_pictures_are_all_of_its_language_and_small(guide: Page, folder: str) -> None:
    shown = {link for link in guide.links() if link.endswith(".png")}
    assert all(Path(link).parent == Path("pictures/technician", folder) for link in shown)
    assert {Path(link).name for link in shown} == {file.name for file in (PICTURES / folder).iterdir()}
    for file in (PICTURES / folder).iterdir():
        assert file.stat().st_size <= MOST_BYTES, file.name
        with Image.open(file) as picture:
            assert len(picture.convert("L").getcolors() or []) > 2, f"{file.name} is empty"


def test_both_languages_show_and_have_one_type_the_same() -> None:
    names = [
        [Path(link).name for link in guide.links() if link.endswith(".png")] for guide in (ENGLISH, CHINESE)
    ]
    assert names[0] == names[1]
    assert commands(ENGLISH.text) == commands(CHINESE.text)
    assert steps(ENGLISH.text) == steps(CHINESE.text)


@pytest.mark.parametrize("language", PAGES)
def test_every_refusal_is_on_its_page_as_it_is_said(language: str) -> None:
    written = (ROOT / PAGES[language]).read_text("utf-8")
    assert written == page(language), "write it anew with: python -m tests.docs.refusals"
