"""docs/troubleshooting.md has the fault codes of the code, and so has each language of the screens."""

from __future__ import annotations

import tomllib

import pytest

from device.faults import Fault
from tests.docs.pages import ROOT, Page, rows

TEXTS = sorted((ROOT / "ui" / "texts").glob("*.toml"))


def test_the_table_is_the_enumeration() -> None:
    said = {
        code: name.strip("`")
        for code, name, *_ in rows(Page("docs/troubleshooting.md").section("Fault codes"))
    }
    assert said == {fault.value: fault.name for fault in Fault}


def test_every_code_says_what_to_do() -> None:
    for code, _, wrong, do in rows(Page("docs/troubleshooting.md").text):
        assert wrong, code
        assert do, code


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.name)
def test_every_code_has_words_in_every_language(file) -> None:
    texts = tomllib.loads(file.read_text("utf-8"))
    assert set(texts["faults"]) == {fault.value for fault in Fault}
