"""Breaking a text into lines: by Chinese punctuation rules, never inside a word or number. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

Measure = Callable[[str], float]
"""The width in pixels of a string set on one line."""

ELLIPSIS = "…"

_NEVER_FIRST = "，。、；：！？）】》〉」』”’…·,.;:!?)]}%"
_NEVER_LAST = "（【《〈「『“‘([{"
_CHINESE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’…·"
# A piece that no line may end in: an opening mark, one Chinese character or one run of anything else
# (a word, a number with its point), closing marks, and the spaces after it.
_PIECE = re.compile(
    rf"[{re.escape(_NEVER_LAST)}]*(?:[{_CHINESE}]|[^\s{_CHINESE}]+)[{re.escape(_NEVER_FIRST)}]*\s*|\s+"
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
        return Setting(tuple(lines), cut=False)
    last = max(1, most_lines) - 1
    return Setting((*lines[:last], _shortened(_joined(lines[last:]), width, measure)), cut=True)


def _paragraph(text: str, width: float, measure: Measure) -> list[str]:
    lines: list[str] = []
    line = ""
    for piece in _PIECE.findall(text):
        if measure((line + piece).rstrip()) <= width:
            line += piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = piece.lstrip()
        while measure(line.rstrip()) > width and len(line) > 1:
            # One word longer than the line, such as a code: it can only be broken anywhere.
            fits = next((n for n in range(len(line), 1, -1) if measure(line[:n]) <= width), 1)
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line.rstrip()]


def _joined(lines: list[str]) -> str:
    """Lines as one again: a space was dropped between them unless both sides are Chinese."""
    text = lines[0]
    for line in lines[1:]:
        text += " " + line if text[-1:].isascii() or line[:1].isascii() else line
    return text


def _shortened(line: str, width: float, measure: Measure) -> str:
    while line and measure(line + ELLIPSIS) > width:
        line = line[:-1].rstrip()
    return line + ELLIPSIS
