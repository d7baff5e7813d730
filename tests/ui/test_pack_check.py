"""What is wrong with a pack is found, all of it, and said of its key."""

from __future__ import annotations

import pytest

from tests.ui.test_texts import document
from ui.pack_check import Problem, problems, untranslated
from ui.texts import find_pack, shipped


@pytest.mark.parametrize("language", shipped())
def test_nothing_is_wrong_with_the_packs_of_the_product(language: str) -> None:
    found = find_pack(language)
    assert found is not None
    assert problems(*found) == []


@pytest.mark.parametrize("language", ["bo", "en", "ug", "zh-Hant"])
def test_all_is_translated_but_in_yi(language: str) -> None:
    found = find_pack(language)
    assert found is not None
    assert untranslated(*found) == []


def test_what_is_still_chinese_in_the_yi_pack_is_told() -> None:
    found = find_pack("ii")
    assert found is not None
    keys = {problem.key for problem in untranslated(*found)}
    assert {"levels.5", "level_title", "indicators.510"} <= keys
    assert not {"weekdays", "months", "pack.name"} & keys


def test_every_problem_is_found_at_once() -> None:
    text = document(
        decline=None,
        declined="x",
        seconds="{second} left",
        greeting="",
        welcome="Hi \U0001f600",
        clerk="{clerk",
    )
    kinds = {(problem.key, problem.kind) for problem in problems("x.toml", text)}
    assert kinds == {
        ("decline", "missing"),
        ("declined", "unknown"),
        ("seconds", "braces"),
        ("greeting", "empty"),
        ("welcome", "glyph"),
        ("clerk", "wrong"),
    }


def test_a_missing_reason_and_a_missing_pack_table_are_told_by_key() -> None:
    keys = [problem.key for problem in problems("x.toml", document(indicators={"510": "x"}))]
    assert "indicators.511" in keys
    assert "pack.script" in [problem.key for problem in problems("x.toml", document(pack=None))]


def test_a_value_of_the_wrong_kind_is_told() -> None:
    (problem,) = problems("x.toml", document(level_lines="two"))
    assert problem.kind == "wrong"
    assert "level_lines" in problem.facts["why"]


def test_what_is_not_toml_is_told() -> None:
    (problem,) = problems("x.toml", "a = ")
    assert (problem.kind, problem.key) == ("unreadable", "")
    assert isinstance(problem, Problem)
