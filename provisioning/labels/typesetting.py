"""Setting text into a box: one line if it fits, smaller if it must, then more lines; never clipped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from provisioning.labels.letters import check_signs, width
from provisioning.refused import Refused

_STEP = 0.96  # each try is that much smaller
_SLACK = 0.985  # a printer's own rounding of widths
# A break is possible after a space, and before and after a Chinese character but not before what closes.
_PIECES = re.compile(
    r"[^\S\n]+|[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef][）】》〉」』”’、，。；：！？…·%）]*|[^\s\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]+"
)


@dataclass(frozen=True, slots=True)
class Set:
    """Lines of one size, in mm."""

    lines: tuple[str, ...]
    size: float


def fit(text: str, room: float, *, size: float, smallest: float, lines: int = 1, bold: bool = False) -> Set:
    """`text` in a box `room` mm wide, as near to `size` as it goes, in the fewest lines, at most `lines`.

    A line more is taken when one would be smaller than two thirds of `size`. Raises Refused for what does not
    fit at `smallest`, or has characters that the font has not.
    """
    text = " ".join(text.split())
    check_signs(text)
    if width(text, smallest, bold=bold) > room * lines:
        raise Refused("label.too_long", text=text)
    best: Set | None = None
    for count in range(1, lines + 1):
        found = _largest(text, room, size=size, smallest=smallest, count=count, bold=bold)
        if found is not None and (best is None or found.size > best.size * 1.05):
            best = found
        if best is not None and best.size >= size * 2 / 3:
            break
    if best is None:
        raise Refused("label.too_long", text=text)
    return best


def _largest(text: str, room: float, *, size: float, smallest: float, count: int, bold: bool) -> Set | None:
    while True:
        broken = _balanced(text, room * _SLACK, size, bold)
        if len(broken) <= count and all(width(t, size, bold=bold) <= room * _SLACK for t in broken):
            return Set(broken, size)
        if size <= smallest:
            return None
        size = max(size * _STEP, smallest)


def _balanced(text: str, room: float, size: float, bold: bool) -> tuple[str, ...]:
    """The lines as equally long as their number allows: no single character alone on the last."""
    found = tuple(_broken(text, room, size, bold))
    narrower = room
    while len(found) > 1:
        narrower -= size / 2
        tried = tuple(_broken(text, narrower, size, bold))
        if len(tried) > len(found) or any(width(t, size, bold=bold) > narrower for t in tried):
            break
        found = tried
    return found


def _broken(text: str, room: float, size: float, bold: bool) -> Iterator[str]:
    line = ""
    for piece in _PIECES.findall(text):
        if line and width((line + piece).rstrip(), size, bold=bold) > room:
            yield line.rstrip()
            line = piece.lstrip()
        else:
            line += piece
    if line.strip():
        yield line.rstrip()
