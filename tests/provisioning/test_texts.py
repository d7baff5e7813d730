"""What technicians are told: the same sentences in each language."""

from __future__ import annotations

import re
import string
import tomllib
from importlib.resources import files

import pytest

from provisioning.texts import CHINESE, ENGLISH, LANGUAGES, language_here, load_texts


def sentences(language: str) -> dict[str, str]:
    """Every sentence of the language by its name."""
    document = files("provisioning").joinpath("texts", f"{language}.toml").read_text("utf-8")
    return {f"{g}.{k}": text for g, group in tomllib.loads(document).items() for k, text in group.items()}


def facts(sentence: str) -> set[str]:
    """What is filled in."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_each_language_has_the_same_sentences_with_the_same_facts() -> None:
    chinese, english = (sentences(language) for language in LANGUAGES)
    assert {n: facts(t) for n, t in chinese.items()} == {n: facts(t) for n, t in english.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_is_one_sentence(language: str) -> None:
    for name, text in sentences(language).items():
        assert re.search(r"[。？.?}]$", text), name
        assert "\n" not in text, name
        assert len(re.findall(r"。|(?<!\.)\. ", text)) <= 1, name


def test_facts_are_filled_in() -> None:
    assert "《{x}》" in load_texts(CHINESE).say("label.too_long", text="《{x}》")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, CHINESE),
        ({"LANG": "C.UTF-8"}, CHINESE),
        ({"LANG": "zh_CN.UTF-8"}, CHINESE),
        ({"LANG": "en_GB.UTF-8"}, ENGLISH),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, CHINESE),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8", "LC_ALL": ""}, ENGLISH),
    ],
)
def test_the_language_is_that_of_the_session(environment: dict[str, str], language: str) -> None:
    assert language_here(environment) == language
