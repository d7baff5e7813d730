"""docs/faults.md, in English and Chinese, has the fault codes of the code; so have the screens."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from device.faults import Fault, Showing
from tests.docs.pages import ROOT, Page, rows

TEXTS = sorted((ROOT / "ui" / "texts").glob("*.toml"))
CHINESE = {Showing.FULL: "满屏", Showing.SMALL: "小字", Showing.STAFF: "工作人员"}
IN_ENGLISH = rows(Page("docs/faults.md").section("Codes"))
IN_CHINESE = rows(Page("docs/faults.zh-CN.md").section("代码"))


def test_the_table_is_the_enumeration() -> None:
    said = {code: name.strip("`") for code, name, *_ in IN_ENGLISH}
    assert said == {fault.value: fault.name for fault in Fault}


def test_every_code_says_how_it_is_shown() -> None:
    assert {code: how for code, _, how, *_ in IN_ENGLISH} == {f.value: f.showing.value for f in Fault}
    assert {code: how for code, how, *_ in IN_CHINESE} == {f.value: CHINESE[f.showing] for f in Fault}


def test_every_code_says_what_is_wrong_and_what_to_do() -> None:
    for code, *_, wrong, do in [*IN_ENGLISH, *IN_CHINESE]:
        assert wrong, code
        assert do, code


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.name)
def test_every_code_has_words_in_every_language(file: Path) -> None:
    texts = tomllib.loads(file.read_text("utf-8"))
    assert set(texts["faults"]) == {fault.value for fault in Fault}


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.name)
def test_a_fault_that_is_for_good_is_not_said_to_be_for_now(file: Path) -> None:
    texts = tomllib.loads(file.read_text("utf-8"))
    retired = texts["faults"][Fault.OUT_OF_SERVICE.value]
    assert retired["title"] != texts["cannot_title"]
    assert not any(word in retired["title"] for word in ("暂", " now"))
