"""Which keys stand where on the keyboard and the number pad of the screen. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from ui.writing import Clear, Erase, Put, Script, Shift, Stroke, Use, Writing

_QWERTY = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SIGNS = {
    Script.PINYIN: "，。、？！：；…“”（）《》—·%/@#+",
    Script.LATIN: ".,?!:;'\"-_()&/%$¥*@#+",
}
_ENDS = {Script.PINYIN: "，。？", Script.LATIN: ",.?"}


class KeyWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is written on the keys that are no letters."""

    erase: str
    clear: str
    space: str
    signs: str
    letters: str
    shift: str
    pinyin: str  # on the key that goes over to pinyin
    latin: str
    more: str


@dataclass(frozen=True, slots=True)
class Cap:
    """One key: `span` units wide. Without a stroke it is a gap."""

    text: str
    stroke: Stroke | None
    span: float = 1


Rows = tuple[tuple[Cap, ...], ...]
"""From the top; the spans of each row are together as wide as those of the others."""


def keyboard(writing: Writing, words: KeyWords, *, portrait: bool) -> Rows:
    """The keys for what is typed now: as on a typewriter, or six a row where twelve millimetres need it."""
    if writing.signs:
        return _signs(writing.script, words, portrait=portrait)
    return _letters_standing(writing, words) if portrait else _letters_lying(writing, words)


def number_pad(words: KeyWords) -> Rows:
    """The digits as on a telephone."""
    return (
        *(tuple(_put(digit) for digit in row) for row in ("123", "456", "789")),
        (Cap("", None), _put("0"), Cap(words.erase, Erase())),
    )


def _letters_lying(writing: Writing, words: KeyWords) -> Rows:
    first, second, third = (tuple(_letter(c, writing) for c in row) for row in _QWERTY)
    comma, stop, question = map(_put, _ENDS[writing.script])
    return (
        first,
        (Cap("", None, 0.5), *second, Cap("", None, 0.5)),
        (_left(writing, words, 1.5), *third, Cap(words.erase, Erase(), 1.5)),
        (
            Cap(words.signs, Use(writing.script, signs=True), 1.5),
            _other(writing, words, 1.5),
            comma,
            Cap(words.space, Put(" "), 4),
            stop,
            question,
        ),
    )


def _letters_standing(writing: Writing, words: KeyWords) -> Rows:
    letters = [_letter(c, writing) for c in "abcdefghijklmnopqrstuvwxyz"]
    comma, stop, question = map(_put, _ENDS[writing.script])
    return (
        *(tuple(letters[n : n + 6]) for n in range(0, 24, 6)),
        (*letters[24:], comma, stop, Cap(words.erase, Erase(), 2)),
        (
            _left(writing, words, 1),
            Cap(words.signs, Use(writing.script, signs=True)),
            _other(writing, words, 1),
            Cap(words.space, Put(" "), 2),
            question,
        ),
    )


def _signs(script: Script, words: KeyWords, *, portrait: bool) -> Rows:
    put = [_put(sign) for sign in "1234567890" + _SIGNS[script]]
    erase, back = Cap(words.erase, Erase(), 2), Cap(words.letters, Use(script), 2)
    if portrait:
        return (
            *(tuple(put[n : n + 6]) for n in range(0, 24, 6)),
            (*put[24:28], erase),
            (back, Cap(words.space, Put(" "), 2), *put[28:30]),
        )
    return (
        tuple(put[:10]),
        tuple(put[10:20]),
        (*put[20:28], erase),
        (back, Cap(words.space, Put(" "), 5), *put[28:31]),
    )


def _letter(c: str, writing: Writing) -> Cap:
    return Cap(c.upper() if writing.shifted else c, Put(c))


def _left(writing: Writing, words: KeyWords, span: float) -> Cap:
    """Pinyin has no capitals; it has letters to take back."""
    if writing.script is Script.PINYIN:
        return Cap(words.clear, Clear(), span)
    return Cap(words.shift, Shift(), span)


def _other(writing: Writing, words: KeyWords, span: float) -> Cap:
    if writing.script is Script.PINYIN:
        return Cap(words.latin, Use(Script.LATIN), span)
    return Cap(words.pinyin, Use(Script.PINYIN), span)


def _put(text: str) -> Cap:
    return Cap(text, Put(text))
