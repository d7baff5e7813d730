"""The words of the screens by language, read from `texts/`: complete, or the process does not start."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import msgspec

from device.errors import ConfigError
from device.faults import Fault
from device.key_test import KeyMark
from device.level import Level
from ui.keyboard import KeyWords

CHINESE = "zh-Hans"
ENGLISH = "en"


class FaultWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A fault in one sentence, and what is to be done `next`.

    `title`: of its own, for one that fills the screen and is not for a time only.
    """

    sentence: str
    next: str
    title: str | None = None


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every word of one language. In braces: what is filled in."""

    language: str  # its own name, on the button that chooses it
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


class TextBook:
    """The words of both languages. Which language is shown is decided elsewhere."""

    def __init__(self, chinese: Texts, english: Texts) -> None:
        self._chinese = chinese
        self._english = english

    def of(self, language: str) -> Texts:
        """The words of `language`; of Chinese when it is one that the screen does not speak."""
        return self._english if language == ENGLISH else self._chinese

    def other(self, language: str) -> tuple[str, Texts]:
        """The language that is not shown now, with its words."""
        if self.of(language) is self._english:
            return CHINESE, self._chinese
        return ENGLISH, self._english


def load_texts() -> TextBook:
    """The words shipped with the product. Raises ConfigError naming the file and the key."""
    folder = files("ui").joinpath("texts")
    chinese, english = (
        read_texts(f"{language}.toml", folder.joinpath(f"{language}.toml").read_text("utf-8"))
        for language in (CHINESE, ENGLISH)
    )
    return TextBook(chinese, english)


def read_texts(name: str, document: str) -> Texts:
    """The words in the TOML text `document`, read from the file `name`. Raises ConfigError."""
    try:
        texts = msgspec.convert(tomllib.loads(document), Texts, str_keys=True)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError([f"{name}: {error}"]) from None
    problems = [
        *_differences(name, "levels", {str(k) for k in texts.levels}, {str(int(level)) for level in Level}),
        *_differences(name, "faults", set(texts.faults), {fault.value for fault in Fault}),
        *_differences(name, "key_marks", set(texts.key_marks), {mark.value for mark in KeyMark}),
        *(
            f"{name}: {key}: must have {count} entries, has {len(entries)}"
            for key, entries, count in (("months", texts.months, 12), ("weekdays", texts.weekdays, 7))
            if len(entries) != count
        ),
    ]
    if problems:
        raise ConfigError(problems)
    return texts


def _differences(name: str, table: str, given: set[str], wanted: set[str]) -> list[str]:
    missing = [f"{name}: {table}.{key}: is missing" for key in sorted(wanted - given)]
    return missing + [f"{name}: {table}.{key}: unknown key" for key in sorted(given - wanted)]
