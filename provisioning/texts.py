"""What a technician is told, by language, read from `texts/`: Chinese unless another is asked for."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from importlib.resources import files

CHINESE = "zh-Hans"
ENGLISH = "en"
LANGUAGES = (CHINESE, ENGLISH)


class Texts:
    """The sentences of one language, by names such as `label.code_check`. In braces: what is filled in."""

    def __init__(self, sentences: Mapping[str, Mapping[str, str]]) -> None:
        self._sentences = sentences

    def say(self, name: str, /, **facts: object) -> str:
        """The sentence called `name`, with its facts. Raises KeyError for a name that is not there."""
        group, _, key = name.partition(".")
        return self._sentences[group][key].format(**facts)


def load_texts(language: str) -> Texts:
    """The sentences of one of LANGUAGES."""
    document = files("provisioning").joinpath("texts", f"{language}.toml").read_text("utf-8")
    return Texts(tomllib.loads(document))


def language_here(environment: Mapping[str, str] = os.environ) -> str:
    """The language by LC_ALL, LC_MESSAGES or LANG, the first that is set: Chinese unless it is English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if said := environment.get(name):
            return ENGLISH if said.lower().startswith("en") else CHINESE
    return CHINESE
