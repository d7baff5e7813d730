"""Breaking a text into lines: by the rules of each script, never inside a word or number. Pure.

Chinese and Yi may be broken between any two characters, but for their marks; Tibetan after a tsheg, never
before a shad; whatever has words, at spaces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

Measure = Callable[[str], float]
"""The width in pixels of a string set on one line."""

ELLIPSIS = "…"

_TSHEG = "\u0f0b"
_SHADS = "\u0f0d\u0f0e\u0f0f\u0f10\u0f11\u0f12\u0f14"
_NEVER_FIRST = "，。、；：！？）】》〉」』”’…·,.;:!?)]}%" + _SHADS
_NEVER_LAST = "（【《〈「『“‘([{"
# Characters that are words by themselves: Chinese ones with their marks, Yi syllables.
_SINGLE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’…·\ua000-\ua4cf\U00020000-\U0003ffff"
# A piece that no line may end in: an opening mark, one single character or one run of anything else (a word,
# a syllable with its tshegs, a number with its point), closing marks, and the spaces after it.
_PIECE = re.compile(
    rf"[{re.escape(_NEVER_LAST)}]*(?:[{_SINGLE}]|[^\s{_SINGLE}{_TSHEG}]*{_TSHEG}+|[^\s{_SINGLE}{_TSHEG}]+)"
    rf"(?:[{re.escape(_NEVER_FIRST)}]|\s+(?=[{_SHADS}]))*\s*|\s+"
)


@dataclass(frozen=True, slots=True)
class Setting:
    """The lines of a text. `cut`: it did not fit, and its last line ends in an ellipsis."""

    lines: tuple[str, ...]
    cut: bool


def set_lines(text: str, width: float, most_lines: int, measure: Measure) -> Setting:
    """`text` in at most `most_lines` lines of `width` pixels."""
    lines: list[str] = []
    for paragraph in text.splitlines():
        lines.extend(_paragraph(paragraph, width, measure))
    if len(lines) <= most_lines:
        return Setting(tuple(line.rstrip() for line in lines), cut=False)
    last = max(1, most_lines) - 1
    first = tuple(line.rstrip() for line in lines[:last])
    return Setting((*first, _shortened("".join(lines[last:]).rstrip(), width, measure)), cut=True)


def set_parts(text: str, width: float, most_lines: int, measure: Measure) -> Setting:
    """`text` on one line if it can be; else broken where it has line breaks, as `set_lines` does."""
    whole = text.replace("\n", "")
    if measure(whole) <= width:
        return Setting((whole,), cut=False)
    return set_lines(text, width, most_lines, measure)


def fits(text: str, width: float, most_lines: int, measure: Measure) -> bool:
    """Whether `set_parts` finds room for all of `text`, and breaks no word or part of it."""
    if measure(text.replace("\n", "")) <= width:
        return most_lines > 0
    parts = text.splitlines()
    kept = parts if len(parts) > 1 else _PIECE.findall(text)
    if any(measure(part.rstrip()) > width for part in kept):
        return False
    return sum(len(_paragraph(part, width, measure)) for part in parts) <= most_lines


def _paragraph(text: str, width: float, measure: Measure) -> list[str]:
    """Its lines, each with the spaces it ends in."""
    lines: list[str] = []
    line = ""
    for piece in _PIECE.findall(text):
        if measure((line + piece).rstrip()) <= width:
            line += piece
            continue
        if line.strip():
            lines.append(line)
        line = piece.lstrip()
        while measure(line.rstrip()) > width and len(line) > 1:
            # One word longer than the line, such as a code: it can only be broken anywhere.
            fits = next((n for n in range(len(line), 1, -1) if measure(line[:n]) <= width), 1)
            fits = _whole(line, fits)
            if fits == len(line):
                break
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, f"{line.rstrip()} "]


def _whole(line: str, end: int) -> int:
    """The place nearest before `end`, or the first after it, where no letter is parted from its marks."""
    before = next((n for n in range(end, 0, -1) if not _goes_on(line, n)), None)
    return before or next((n for n in range(end, len(line)) if not _goes_on(line, n)), len(line))


def _goes_on(line: str, n: int) -> bool:
    """Whether what stands at `n` belongs to the letter before it: a sign above, a letter of a stack below."""
    return n < len(line) and unicodedata.category(line[n]).startswith("M")


def _shortened(line: str, width: float, measure: Measure) -> str:
    while line and measure(line + ELLIPSIS) > width:
        end = len(line) - 1
        while _goes_on(line, end):
            end -= 1
        line = line[:end].rstrip()
    return line + ELLIPSIS
