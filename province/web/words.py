"""The texts of the operator's page, in Chinese and English: texts/zh-Hans.toml, texts/en.toml."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources

CHINESE = "zh-Hans"
ENGLISH = "en"
LANGUAGES = (CHINESE, ENGLISH)


class Words:
    """The texts of one language. Codes without a text are shown as they are: enumerations are open."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = texts_of(language)

    def __getitem__(self, name: str) -> str:
        """The text of `name`, which must exist."""
        return self._texts[name]

    def of(self, table: str, code: object) -> str:
        """The text of an open code: "level", "outcome", "mark", "alarm" and the like."""
        return self._texts.get(f"{table}.{code}", str(code))


@functools.cache
def texts_of(language: str) -> Mapping[str, str]:
    """Every text of a language, read once: pages are drawn often, and the file is part of the program."""
    file = resources.files("province.web") / "texts" / f"{language}.toml"
    return tomllib.loads(file.read_text("utf-8"))


def choose_language(asked: str | None, remembered: str | None) -> str:
    """Chinese, unless another is asked for in the address or was before."""
    for language in (asked, remembered):
        if language is not None and language in LANGUAGES:
            return language
    return CHINESE
