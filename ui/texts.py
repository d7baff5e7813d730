"""The words of the screens by language, a pack each: complete, or the process does not start."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Literal

import msgspec

from device.errors import ConfigError
from device.faults import Fault
from device.indicators import national_list
from device.key_test import KeyMark
from device.level import Level
from device.settings import UiSection
from ui.keyboard import KeyWords

CHINESE = "zh-Hans"
ENGLISH = "en"

_BY_DEFAULT = UiSection()


class Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a pack says about itself. `script` (ISO 15924) is one that `ui.fonts` has letters for.

    `reviewed`: somebody who speaks it, named by `reviewer`, has approved every word of it.
    """

    name: str  # of the language, in itself: on the button that chooses it
    script: Literal["Hans", "Hant", "Latn", "Tibt", "Yiii", "Arab", "Cyrl", "Hang"]
    direction: Literal["ltr", "rtl"]
    reviewed: bool
    reviewer: str


class FaultWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A fault in one sentence, and what is to be done `next`.

    `title`: of its own, for one that fills the screen and is not for a time only.
    """

    sentence: str
    next: str
    title: str | None = None


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every word of one language. In braces: what is filled in."""

    pack: Pack
    languages: str  # the title over the languages to choose from
    window: str  # {number}
    clerk: str  # {clerk}
    date: str  # {month} {day} {weekday} {time}
    months: tuple[str, ...]
    weekdays: tuple[str, ...]  # from Monday
    invitation: str
    greeting: str
    not_invited: str
    welcome: str
    level_title: str
    level_promise: str
    levels: dict[int, str]
    level_lines: int  # that the longest of them takes on its tile
    level_parts: dict[int, tuple[str, ...]]  # each of them, parted where an enlarged one may be broken
    changing_title: str
    changing_promise: str
    seconds_extend: str  # {seconds}
    seconds: str  # {seconds}
    time_warning: str  # {seconds}
    time_warning_last: str  # {seconds}; no touch puts the end off any more
    decline: str
    phone: str
    phone_title: str
    phone_hint: str
    phone_note: str
    scanned: str
    by_phone_title: str
    by_phone_sentence: str
    reasons_title: str
    reasons_hint: str
    change: str
    more: str
    finish: str
    words: str
    words_title: str
    words_hint: str
    words_label: str
    words_empty: str
    number_label: str
    number_empty: str
    number_note: str
    consent: str
    consent_id: str  # travels sealed with what was consented to: another sentence, another id
    consent_needed: str
    back: str
    receipt: str
    receipt_title: str
    receipt_hint: str
    receipt_code_title: str
    receipt_code_hint: str
    typed: str
    handy: tuple[str, ...]  # offered while no letters are typed
    keys: KeyWords
    read_aloud: str
    larger: str
    normal_size: str
    spoken_title: str
    spoken_nothing: str
    spoken_confirm: str  # {words}
    thanks_title: str
    thanks_sentence: str
    declined_title: str
    declined_sentence: str
    paused_title: str
    paused_sentence: str
    cannot_title: str
    cannot_sentence: str
    cannot_sentence_poster: str  # where a QR code is at the window
    fault_line: str  # {sentence} {next}: a fault said small
    faults: dict[str, FaultWords]
    other_fault: str
    cleaning_title: str
    cleaning_sentence: str
    test: str
    key_test_title: str
    key_test_sentence: str
    key_test_done_title: str
    key_test_done_sentence: str
    key_test_missing_title: str
    key_test_missing_sentence: str
    key_marks: dict[str, str]
    indicators: dict[str, str] = {}  # the official reasons by their codes; Chinese has the list itself

    @property
    def mirrored(self) -> bool:
        """Whether its screens are read from right to left."""
        return self.pack.direction == "rtl"


class TextBook:
    """The words of the languages of a hall, in their order. Which one is shown is decided elsewhere."""

    def __init__(self, packs: Mapping[str, Texts]) -> None:
        self._packs = dict(packs)
        self._official = {indicator.code: indicator.text for indicator in national_list().indicators}

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages, the one shown first in front."""
        return tuple(self._packs)

    def of(self, language: str) -> Texts:
        """The words of `language`; of the first when it is one that the screen does not speak."""
        return self._packs.get(language) or self._packs[self.languages[0]]

    def reasons(self, language: str) -> tuple[str, ...]:
        """Every official reason in `language`."""
        return tuple(self.reason(language, code, text) for code, text in self._official.items())

    def others(self, language: str) -> tuple[tuple[str, Texts], ...]:
        """The languages that are not shown now, with their words."""
        shown = self.of(language)
        return tuple((name, texts) for name, texts in self._packs.items() if texts is not shown)

    def reason(self, language: str, code: str, official: str) -> str:
        """The reason `code` in `language`; as the province has it where no pack says just that.

        A code that the province gave another text is no longer what the packs have translated.
        """
        if self._official.get(code) != official:
            return official
        return self.of(language).indicators.get(code, official)


def load_texts(section: UiSection = _BY_DEFAULT) -> TextBook:
    """The packs of `ui.languages`: an operator's own from `ui.packs`, else those of the product.

    Raises ConfigError naming the file and the key, or the language that nobody has reviewed or agreed to.
    """
    packs: dict[str, Texts] = {}
    problems: list[str] = []
    if section.packs is not None and not section.packs.is_dir():
        # Else an operator's changed words would be replaced by the product's, and nobody told.
        problems.append(
            f"ui.packs: {section.packs} is not a folder; put packs into one, or leave ui.packs out"
        )
    for language in section.languages:
        found = find_pack(language, section.packs)
        if found is None:
            there = ", ".join(sorted({*shipped(), *_own(section.packs)}))
            problems.append(f'ui.languages: there is no pack "{language}"; there are: {there}')
            continue
        name, document = found
        try:
            texts = read_texts(name, document)
        except ConfigError as error:
            told = "`chuangping texts check` with this file tells all that is wrong with it"
            problems += [f"{problem}; {told}" for problem in error.problems]
            continue
        if not texts.pack.reviewed and language not in section.unreviewed:
            problems.append(
                f'ui.languages: nobody has reviewed the pack "{language}" ({name}): have somebody who speaks'
                f' it review it, or name "{language}" in ui.unreviewed to show it as it is'
            )
        packs[language] = texts
    if problems:
        raise ConfigError(problems)
    return TextBook(packs)


def shipped() -> tuple[str, ...]:
    """The languages the product has packs of."""
    folder = files("ui").joinpath("texts")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(name.removesuffix(".toml") for name in names)


def find_pack(language: str, folder: Path | None = None) -> tuple[str, str] | None:
    """The file of the pack of `language`, its name and what is in it: in `folder`, else the product's.

    None: there is none. Raises ConfigError when it cannot be read.
    """
    if folder is not None and language in _own(folder):
        path = folder / f"{language}.toml"
        try:
            return str(path), path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError([f"{path}: cannot be read: {error}"]) from None
    if language in shipped():
        name = f"{language}.toml"
        return name, files("ui").joinpath("texts", name).read_text("utf-8")
    return None


def read_texts(name: str, document: str) -> Texts:
    """The words in the TOML text `document`, read from the file `name`. Raises ConfigError."""
    try:
        texts = msgspec.convert(tomllib.loads(document), Texts, str_keys=True)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{name}: is not TOML: {error}"]) from None
    except msgspec.ValidationError as error:
        raise ConfigError([f"{name}: {error}"]) from None
    reasons = {indicator.code for indicator in national_list().indicators}
    if Path(name).stem == CHINESE:
        reasons = set()
    problems = [
        *_differences(name, "levels", {str(k) for k in texts.levels}, {str(int(level)) for level in Level}),
        *_differences(
            name, "level_parts", {str(k) for k in texts.level_parts}, {str(k) for k in texts.levels}
        ),
        *(
            f"{name}: level_parts.{level}: must give {texts.levels[level]!r} when put together"
            for level, parts in sorted(texts.level_parts.items())
            if level in texts.levels and "".join(parts) != texts.levels[level]
        ),
        *_differences(name, "faults", set(texts.faults), {fault.value for fault in Fault}),
        *_differences(name, "key_marks", set(texts.key_marks), {mark.value for mark in KeyMark}),
        *_differences(name, "indicators", set(texts.indicators), reasons),
        *(
            f"{name}: {key}: must have {count} entries, has {len(entries)}"
            for key, entries, count in (("months", texts.months, 12), ("weekdays", texts.weekdays, 7))
            if len(entries) != count
        ),
    ]
    if texts.pack.reviewed and not texts.pack.reviewer:
        problems.append(f"{name}: pack.reviewer: is empty; a reviewed pack names who has reviewed it")
    if problems:
        raise ConfigError(problems)
    return texts


def fills_in(text: str) -> set[str]:
    """What is filled in `text`: the names in its braces. Raises ValueError when a brace is alone."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _own(folder: Path | None) -> tuple[str, ...]:
    return () if folder is None else tuple(path.stem for path in sorted(folder.glob("*.toml")))


def _differences(name: str, table: str, given: set[str], wanted: set[str]) -> list[str]:
    missing = [f"{name}: {table}.{key}: is missing" for key in sorted(wanted - given)]
    return missing + [f"{name}: {table}.{key}: unknown key" for key in sorted(given - wanted)]
