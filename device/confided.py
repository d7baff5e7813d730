"""What a citizen confides to the province: words, a telephone number, the consent given to it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

MOST_WORDS = 150
"""Characters of words; the national interface takes 150 on one platform."""

MOST_DIGITS = 20
"""Digits of a telephone number: the longest international one has 15, an extension goes beside it."""


class Purpose(StrEnum):
    """What a sealed blob is for, as its row names it."""

    WORDS = "words"
    CONTACT = "contact"
    BOTH = "words_contact"


@dataclass(frozen=True, slots=True, repr=False)
class Confided:
    """Words, or the digits of a telephone number, or both; `consent`: the id of the text agreed to.

    Lives from 完成 until it is sealed. Its repr says nothing: it must not be read in a log or a traceback.
    """

    words: str | None
    contact: str | None
    consent: str

    def __post_init__(self) -> None:
        """Raises ValueError, which repeats nothing of what was typed."""
        if self.words is None and self.contact is None:
            raise ValueError("neither words nor a number: there is nothing to confide")
        if not self.consent:
            raise ValueError("nothing is confided without consent")
        if self.words is not None and not is_text(self.words):
            raise ValueError(f"words are 1 to {MOST_WORDS} characters that can be printed")
        if self.contact is not None and not is_number(self.contact):
            raise ValueError(f"a number is 1 to {MOST_DIGITS} digits")

    @property
    def purpose(self) -> Purpose:
        """What it is for."""
        if self.words is None:
            return Purpose.CONTACT
        return Purpose.WORDS if self.contact is None else Purpose.BOTH

    def __repr__(self) -> str:
        return "Confided(…)"


def is_text(words: str) -> bool:
    """Whether `words` may be confided: no controls, nothing that is no character."""
    return 0 < len(words) <= MOST_WORDS and not any(unicodedata.category(c) in {"Cc", "Cs"} for c in words)


def is_number(contact: str) -> bool:
    """Whether `contact` is a telephone number's digits."""
    return 0 < len(contact) <= MOST_DIGITS and contact.isascii() and contact.isdigit()
