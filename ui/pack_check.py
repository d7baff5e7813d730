"""Everything that is wrong with a pack of texts, all at once: for whoever writes or reviews one. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from device.errors import ConfigError
from device.indicators import national_list
from ui.fonts import Face
from ui.letters import lacking
from ui.texts import CHINESE, fills_in, read_texts

SAME_EVERYWHERE = frozenset({"consent_id", "keys.pinyin", "keys.latin", "keys.letters"})
"""Keys that are no words of the language."""

SAME_SCRIPT = frozenset({"Hans", "Hant"})
"""In these a text may well be the same as in the Chinese pack."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with `key` of a pack: its `kind`, and the `facts` that the sentence needs.

    Kinds: unreadable, missing, unknown, wrong, empty, braces, glyph, untranslated, and by drawing, long.
    """

    pack: str
    key: str
    kind: str
    facts: Mapping[str, str]


def problems(name: str, document: str) -> list[Problem]:
    """What is wrong with the pack `document`, from the file `name`; nothing when a screen may show it."""
    try:
        given = dict(_flat(tomllib.loads(document)))
    except tomllib.TOMLDecodeError as error:
        return [Problem(name, "", "unreadable", {"why": str(error)})]
    chinese = _chinese()
    wanted = set(chinese)
    if Path(name).stem == CHINESE:
        wanted = {key for key in wanted if not key.startswith("indicators.")}
    missing = sorted(wanted - set(given))
    found = [Problem(name, key, "missing", {"chinese": str(chinese[key])}) for key in missing]
    found += [Problem(name, key, "unknown", {}) for key in sorted(set(given) - set(chinese))]
    for key in sorted(set(given) & set(chinese)):
        found += _of_text(name, key, given[key], chinese[key])
    if not found:
        try:
            read_texts(name, document)
        except ConfigError as error:
            found = [Problem(name, "", "wrong", {"why": problem}) for problem in error.problems]
    return found


def untranslated(name: str, document: str) -> list[Problem]:
    """The texts of a pack that can be read which are still those of the Chinese one."""
    given = tomllib.loads(document)
    if given["pack"]["script"] in SAME_SCRIPT:
        return []
    chinese = _chinese()
    return [
        Problem(name, key, "untranslated", {"chinese": str(text)})
        for key, text in _flat(given)
        if text == chinese.get(key)
        and key not in SAME_EVERYWHERE
        and not key.startswith("pack.")
        and any(letter.isalpha() for letter in str(text))  # figures are nobody's language
    ]


def _of_text(name: str, key: str, text: object, chinese: object) -> Iterator[Problem]:
    words = [text] if isinstance(text, str) else text if isinstance(text, list) else []
    if key.startswith("pack."):
        words = words if key == "pack.name" else []
    for word in filter(None, words):
        for letter, face in lacking(str(word)):
            yield Problem(name, key, "glyph", _letter(letter, face))
    if not isinstance(text, str) or not isinstance(chinese, str) or key.startswith("pack."):
        return
    if not text.strip():
        yield Problem(name, key, "empty", {})
        return
    try:
        filled = fills_in(text)
    except ValueError as error:
        yield Problem(name, key, "wrong", {"why": str(error)})
        return
    if filled != fills_in(chinese):
        yield Problem(
            name, key, "braces", {"given": _in_braces(filled), "wanted": _in_braces(fills_in(chinese))}
        )


def _letter(letter: str, face: Face) -> dict[str, str]:
    return {"letter": letter, "code": f"U+{ord(letter):04X}", "font": face.family}


def _in_braces(names: set[str]) -> str:
    return " ".join(f"{{{name}}}" for name in sorted(names)) or "-"


def _chinese() -> dict[str, object]:
    """Every key a pack has, with what the Chinese one says; the reasons as the national list has them."""
    document = files("ui").joinpath("texts", f"{CHINESE}.toml").read_text("utf-8")
    flat = dict(_flat(tomllib.loads(document)))
    return flat | {f"indicators.{i.code}": i.text for i in national_list().indicators}


def _flat(document: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in document.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
