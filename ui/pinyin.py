"""Chinese characters and words by their pinyin: what is offered for the letters typed so far. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

from device.errors import ConfigError

FOLDER = "texts/pinyin"
MOST_OFFERED = 60
_WHOLE_FIRST = 4  # characters before the longer words, when the letters are one whole syllable
_LONGER = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be meant: `text`, by the first `letters` of the letters typed."""

    text: str
    letters: int


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its letters (`fuwu`) and the first letters of its syllables (`fw`)."""

    text: str
    spelled: str
    initials: str


class PinyinBook:
    """Characters by syllable, and words, in the order in which they are offered. Never changes."""

    def __init__(self, characters: Mapping[str, str], words: Iterable[Word]) -> None:
        self._characters = dict(characters)
        self._words = tuple(words)
        self._longest = max(map(len, self._characters), default=0)

    def candidates(self, letters: str) -> list[Candidate]:
        """What is offered for `letters` (a to z, ü as v), likeliest first, each text once."""
        if not letters:
            return []
        offered: dict[str, Candidate] = {}
        for candidate in self._likeliest_first(letters):
            offered.setdefault(candidate.text, candidate)
            if len(offered) == MOST_OFFERED:
                break
        return list(offered.values())

    def _likeliest_first(self, letters: str) -> Iterator[Candidate]:
        whole = self._characters.get(letters, "")
        longer = [w for w in self._words if w.spelled.startswith(letters) and w.spelled != letters]
        yield from (Candidate(w.text, len(letters)) for w in self._words if w.spelled == letters)
        yield from (Candidate(c, len(letters)) for c in whole[:_WHOLE_FIRST])
        yield from (Candidate(w.text, len(letters)) for w in longer[:_LONGER])
        if len(letters) > 1 and not whole:
            by_initials = [w for w in self._words if w.initials.startswith(letters)]
            by_initials.sort(key=lambda w: w.initials != letters)
            yield from (Candidate(w.text, len(letters)) for w in by_initials[:_LONGER])
        yield from (Candidate(c, len(letters)) for c in whole)
        begun = [w for w in self._words if len(w.text) > 1 and letters.startswith(w.spelled)]
        begun.sort(key=lambda w: -len(w.spelled))
        yield from (Candidate(w.text, len(w.spelled)) for w in begun)
        for end in range(min(len(letters), self._longest), 0, -1):
            yield from (Candidate(c, end) for c in self._characters.get(letters[:end], ""))
        yield from self._by_beginning(letters)

    def _by_beginning(self, letters: str) -> Iterator[Candidate]:
        """Characters of the syllables that begin so, in turns: a syllable not typed to its end."""
        end = next((n for n in range(len(letters), 0, -1) if self._begins(letters[:n])), 0)
        begun = [chars for syllable, chars in self._characters.items() if syllable.startswith(letters[:end])]
        for place in range(3):
            yield from (Candidate(chars[place], end) for chars in begun if end and len(chars) > place)

    def _begins(self, letters: str) -> bool:
        return any(syllable.startswith(letters) for syllable in self._characters)


def load_pinyin() -> PinyinBook:
    """The characters and words shipped with the product. Some milliseconds. Raises ConfigError."""
    folder = files("ui").joinpath(FOLDER)
    syllables, readings, common, words = (
        _lines(folder.joinpath(name).read_text("utf-8"))
        for name in ("syllables.txt", "readings.txt", "common.txt", "words.txt")
    )
    return read_pinyin(syllables, readings, common, words)


def read_pinyin(syllables: list[str], readings: list[str], common: list[str], words: list[str]) -> PinyinBook:
    """As `load_pinyin`, from the lines of the four files. Raises ConfigError naming file and entry."""
    filed = _filed(" ".join(syllables).split())
    rank = {c: n for n, c in reversed(list(enumerate("".join(common).replace(" ", ""))))}
    for line in readings:
        syllable, _, others = line.partition(" ")
        filed[syllable] = "".join(dict.fromkeys(filed.get(syllable, "") + others))
    # Sorting keeps the order of those that are alike: the standard's.
    characters = {s: "".join(sorted(cs, key=lambda c: rank.get(c, len(rank)))) for s, cs in filed.items()}
    reading: dict[str, str] = {}
    for syllable, cs in [*_filed(" ".join(syllables).split()).items(), *filed.items()]:
        for c in cs:
            reading.setdefault(c, syllable)
    return PinyinBook(characters, [_word(entry, reading) for line in words for entry in _entries(line)])


def _filed(pairs: list[str]) -> dict[str, str]:
    """Syllable → its characters, GB 2312 level 1 being cut where each syllable begins."""
    standard = _level_1()
    starts = [standard.find(first) for first in pairs[1::2]]
    if -1 in starts or starts != sorted(set(starts)) or not starts or starts[0] != 0:
        raise ConfigError(["pinyin/syllables.txt: is not in the order of GB 2312"])
    ends = [*starts[1:], len(standard)]
    return {s: standard[a:b] for s, a, b in zip(pairs[::2], starts, ends, strict=True)}


def _level_1() -> str:
    """The 3,755 characters of GB 2312 level 1 (rows 16 to 55), in its order; Python's own codec has them."""
    codes = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return "".join(code.decode("gb2312", "ignore") for code in codes)


def _word(entry: str, reading: Mapping[str, str]) -> Word:
    text, _, given = entry.rstrip(")").partition("(")
    spelled = given.split() if given else [reading.get(c, "") for c in text]
    if len(spelled) != len(text) or not all(spelled):
        raise ConfigError([f"pinyin/words.txt: {entry}: a character has no reading; give them in brackets"])
    return Word(text, "".join(spelled), "".join(s[0] for s in spelled))


def _entries(line: str) -> list[str]:
    """The words of a line; a space within brackets divides syllables."""
    return re.findall(r"[^\s(]+(?:\([^)]*\))?", line)


def _lines(document: str) -> list[str]:
    return [line for line in document.splitlines() if line and not line.startswith("#")]
