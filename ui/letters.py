"""A line of letters of any script: measured and drawn run by run, each run in its script's face.

Chinese and English, the screens of nearly every visit, are one run and go straight to the font.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from PIL import ImageDraw, ImageFont

from ui.fonts import ARABIC, HANS, HANT, TIBETAN, YI, Face, font

_OWN = {
    TIBETAN: "\u0f00-\u0fff",
    YI: "\ua000-\ua4cf",
    ARABIC: "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc",
}
_FACE = [(re.compile(f"[{letters}]"), face) for face, letters in _OWN.items()]
_FOREIGN = re.compile("[" + "".join(_OWN.values()) + "]")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_MIRRORED = str.maketrans("()[]{}<>《》〈〉（）「」【】", ")(][}{><》《〉〈）（」「】【")

_ASCENT_EM = 0.88  # how much of the em square of Noto Sans CJK is above the baseline
_PROBE_PX = 40
_NOBODYS = "\U000f1234"  # private use: no font of ours has it


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one face that go one way."""

    text: str
    face: Face
    rtl: bool = False

    def font(self, px: int, *, bold: bool) -> ImageFont.FreeTypeFont:
        return font(px, bold=bold, face=self.face)

    @property
    def direction(self) -> str | None:
        """For Raqm; the basic engine takes none."""
        return ("rtl" if self.rtl else "ltr") if self.face.shaped else None


def is_rtl(text: str) -> bool:
    """Whether the first letter that has a direction is of a script written from the right."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in {"L", "R", "AL"}:
            return kind != "L"
    return False


@lru_cache(maxsize=1024)
def runs(line: str) -> tuple[Run, ...]:
    """The runs of `line` from left to right as they stand on the glass."""
    if not _FOREIGN.search(line):
        return (Run(line, _chinese(line)),)
    base = is_rtl(line)
    ways = _ways(line, base)
    plain = _chinese(line)
    chosen: list[Face] = []
    for letter in line:
        own = next((face for letters, face in _FACE if letters.match(letter)), plain)
        # A space is as wide as those of the word before it.
        chosen.append(chosen[-1] if letter == " " and chosen else own)
    found = [
        Run("".join(line[n] for n in places), face, rtl)
        for (face, rtl), places in groupby(range(len(line)), key=lambda n: (chosen[n], ways[n]))
    ]
    found = [_turned(run) if run.rtl and not run.face.shaped else run for run in found]
    return tuple(_ordered(found, base))


def faces(lines: Iterable[str]) -> frozenset[Face]:
    """Every face that `lines` are set in."""
    return frozenset(run.face for line in lines for run in runs(line))


@lru_cache(maxsize=2048)
def width(line: str, px: int, *, bold: bool) -> float:
    """The pixels `line` takes in letters of an em of `px` pixels."""
    taken = reached = float(_hanging(line, px, bold=bold))
    for run in runs(line):
        letters = run.font(px, bold=bold)
        along = letters.getlength(run.text, direction=run.direction)
        # A vowel over the last letter may reach beyond where the next one would stand.
        right = letters.getbbox(run.text, direction=run.direction, anchor="ls")[2] if run.face.shaped else 0
        taken, reached = taken + along, taken + max(along, right)
    return reached


def forget() -> None:
    """Drop the lines that were measured: somebody may have typed them."""
    runs.cache_clear()
    width.cache_clear()


def lacking(line: str) -> list[tuple[str, Face]]:
    """The letters of `line` that the face they are set in has no glyph for, each once."""
    found = {}
    for run in runs(line):
        letters = run.font(_PROBE_PX, bold=False)
        for letter in run.text:
            if not letter.isspace() and not _is_silent(letter) and _ink(letters, letter) == _none(letters):
                found[letter] = run.face
    return list(found.items())


def baseline(lines: tuple[str, ...], px: int, line_height: float) -> float:
    """How far below the top of a line's room its letters stand, so that nothing of them leaves it.

    Chinese stands with its em square in the middle; what reaches further down is lifted.
    """
    middle = (line_height - px) / 2 + _ASCENT_EM * px
    return min(middle, line_height - max(face.below for face in faces(lines) or {HANS}) * px)


def draw(canvas: ImageDraw.ImageDraw, at: tuple[float, float], line: str, px: int, *, bold: bool) -> None:
    """Draw `line` in white with its left end on the baseline `at`."""
    left, base = at
    left += _hanging(line, px, bold=bold)
    for run in runs(line):
        letters = run.font(px, bold=bold)
        stroke = run.face.thickened * px if bold else 0
        canvas.text(
            (left, base), run.text, 255, letters, anchor="ls", direction=run.direction, stroke_width=stroke
        )
        left += letters.getlength(run.text, direction=run.direction)


def _hanging(line: str, px: int, *, bold: bool) -> int:
    """How far the first letter reaches to the left of where it stands: a vowel wider than what it is over."""
    first = next(iter(runs(line)))
    if not first.face.shaped:
        return 0
    letters = first.font(px, bold=bold)
    return max(0, -int(letters.getbbox(first.text, direction=first.direction, anchor="ls")[0]))


def _is_silent(letter: str) -> bool:
    """Whether it only tells its neighbours how to join."""
    return unicodedata.category(letter) == "Cf"


def _ink(letters: ImageFont.FreeTypeFont, letter: str) -> tuple[object, bytes]:
    mask = letters.getmask(letter)
    return mask.size, bytes(mask)


def _none(letters: ImageFont.FreeTypeFont) -> tuple[object, bytes]:
    """What a font shows in place of a letter it does not have."""
    return _ink(letters, _NOBODYS)


def _chinese(line: str) -> Face:
    """The face for what is Chinese in `line`: traditional where it holds a character only that has.

    A simplified name on a screen in traditional characters, and the other way round, is set in its own forms.
    """
    han = "".join(_HAN.findall(line))
    return HANT if han and _is_in(han, "big5") and not _is_in(han, "gb2312") else HANS


def _is_in(text: str, charset: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def _ways(line: str, base: bool) -> list[bool]:
    """For each letter whether it goes from right to left; what has no direction goes as what is around it."""
    strong = [
        {"L": False, "EN": False, "AN": False, "R": True, "AL": True}.get(unicodedata.bidirectional(letter))
        for letter in line
    ]
    # A mark on a letter, and what joins two letters, goes with the letter before it.
    for n, letter in enumerate(line):
        if n and unicodedata.category(letter).startswith("M"):
            strong[n] = strong[n - 1]
    ways: list[bool] = []
    for n, way in enumerate(strong):
        if way is not None:
            ways.append(way)
            continue
        before = next((w for w in reversed(strong[:n]) if w is not None), base)
        after = next((w for w in strong[n:] if w is not None), base)
        ways.append(before if before == after else base)
    return ways


def _ordered(found: list[Run], base: bool) -> list[Run]:
    """Runs in reading order put from left to right."""
    groups = [list(group) for _, group in groupby(found, key=lambda run: run.rtl)]
    groups = [group[::-1] if group[0].rtl else group for group in groups]
    return [run for group in (groups[::-1] if base else groups) for run in group]


def _turned(run: Run) -> Run:
    """Signs of a face that is not shaped, in the order and with the brackets they have from the right."""
    return Run(run.text[::-1].translate(_MIRRORED), run.face, rtl=True)
