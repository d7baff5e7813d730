"""What a citizen types before 完成: held by the screen alone. Pure; its repr says nothing of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from device.confided import MOST_DIGITS, MOST_WORDS, Confided
from device.events import Button, ButtonTile, ConfidedTile
from ui.pinyin import Candidate, PinyinBook

MOST_LETTERS = 30  # of pinyin not yet turned into characters


class Face(StrEnum):
    """What the screen shows."""

    FORM = "form"
    WORDS = "words"
    NUMBER = "number"


class Script(StrEnum):
    """What the letters of the keyboard make."""

    PINYIN = "pinyin"
    LATIN = "latin"


@dataclass(frozen=True, slots=True)
class Open:
    """Go to the keyboard or the number pad."""

    face: Face
    script: Script


@dataclass(frozen=True, slots=True)
class Close:
    """确定: back to the form, with what was typed."""


@dataclass(frozen=True, slots=True, repr=False)
class Put:
    """A letter, digit or sign."""

    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Pick:
    """A character or word that was offered."""

    candidate: Candidate


@dataclass(frozen=True, slots=True)
class More:
    """Offer those after the first `skip`."""

    skip: int


@dataclass(frozen=True, slots=True)
class Erase:
    """Take the last letter or character back."""


@dataclass(frozen=True, slots=True)
class Clear:
    """Take all letters back that are not yet characters."""


@dataclass(frozen=True, slots=True)
class Use:
    """Letters of `script` from now on, or signs."""

    script: Script
    signs: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    """The next letter is a capital, or not after all."""


@dataclass(frozen=True, slots=True)
class Agree:
    """Tick or untick the consent."""


Stroke = Open | Close | Put | Pick | More | Erase | Clear | Use | Shift | Agree
"""What a finger does on this screen that nobody but the screen learns."""


@dataclass(frozen=True, slots=True, repr=False)
class Writing:
    """All that is typed. `spelled`: pinyin not yet characters; `skip`: of what is offered for it.

    `asked`: 完成 was pressed without the consent that it needs.
    """

    face: Face = Face.FORM
    script: Script = Script.PINYIN
    signs: bool = False
    shifted: bool = False
    words: str = ""
    number: str = ""
    spelled: str = ""
    skip: int = 0
    agreed: bool = False
    asked: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep from anybody's eyes."""
        return not (self.words or self.number or self.spelled)


def strike(writing: Writing, stroke: Stroke, book: PinyinBook) -> Writing:
    """What is typed after `stroke`."""
    match stroke:
        case Open(face, script):
            return replace(writing, face=face, script=script, signs=False, shifted=False)
        case Close():
            return replace(_spelled_out(writing, book), face=Face.FORM)
        case Put(text):
            return _put(writing, text, book)
        case Pick(candidate):
            return _picked(writing, candidate)
        case More(skip):
            return replace(writing, skip=skip)
        case Erase():
            return _erased(writing)
        case Clear():
            return replace(writing, spelled="", skip=0)
        case Use(script, signs):
            return replace(_spelled_out(writing, book), script=script, signs=signs, shifted=False)
        case Shift():
            return replace(writing, shifted=not writing.shifted)
        case Agree():
            return replace(writing, agreed=not writing.agreed, asked=False)


def offered(writing: Writing, book: PinyinBook, handy: tuple[str, ...]) -> list[Candidate]:
    """What is offered now: for the letters typed, or the handy words while there are none."""
    found = book.candidates(writing.spelled) if writing.spelled else [Candidate(text, 0) for text in handy]
    return found[writing.skip :]


def finished(writing: Writing, consent: str) -> ConfidedTile | ButtonTile | None:
    """What 完成 means: all that was typed, 返回 when it was nothing, None while consent is missing."""
    words, number = writing.words.strip() or None, writing.number or None
    if words is None and number is None:
        return ButtonTile(Button.BACK)
    return ConfidedTile(Confided(words, number, consent)) if writing.agreed else None


def asked(writing: Writing) -> Writing:
    """完成 was pressed and means nothing yet: the consent is missing."""
    return replace(writing, asked=True)


def opening(face: Face, language: str) -> Open:
    """The stroke that goes to the keyboard or number pad; Chinese is written by pinyin."""
    return Open(face, Script.PINYIN if language.startswith("zh") else Script.LATIN)


def _put(writing: Writing, text: str, book: PinyinBook) -> Writing:
    if writing.face is Face.NUMBER:
        return replace(writing, number=(writing.number + text)[:MOST_DIGITS])
    spells = writing.script is Script.PINYIN and text.isascii() and text.isalpha()
    if spells and not writing.signs:
        room = len(writing.words) < MOST_WORDS and len(writing.spelled) < MOST_LETTERS
        return replace(writing, spelled=writing.spelled + text, skip=0) if room else writing
    if writing.spelled:
        chosen = _spelled_out(writing, book)
        return chosen if text == " " else _with(chosen, text)
    return replace(_with(writing, text.upper() if writing.shifted else text), shifted=False)


def _picked(writing: Writing, candidate: Candidate) -> Writing:
    return replace(_with(writing, candidate.text), spelled=writing.spelled[candidate.letters :], skip=0)


def _spelled_out(writing: Writing, book: PinyinBook) -> Writing:
    """The letters made characters, the likeliest ones; letters that make none stay as they are."""
    while writing.spelled:
        candidates = book.candidates(writing.spelled)
        if not candidates:
            return replace(_with(writing, writing.spelled), spelled="", skip=0)
        writing = _picked(writing, candidates[0])
    return writing


def _erased(writing: Writing) -> Writing:
    if writing.face is Face.NUMBER:
        return replace(writing, number=writing.number[:-1])
    if writing.spelled:
        return replace(writing, spelled=writing.spelled[:-1], skip=0)
    return replace(writing, words=writing.words[:-1])


def _with(writing: Writing, text: str) -> Writing:
    return replace(writing, words=(writing.words + text)[:MOST_WORDS])
