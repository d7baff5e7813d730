"""The size of letters that a box has room for: measured, not guessed from the number of letters. Pure."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache, partial

from ui import letters
from ui.layout import LINE_HEIGHT
from ui.typesetting import fits

_PROBE_PX = 64
"""All sizes are tried in letters of this one: to open the font of each would take longer than to draw."""


@lru_cache(maxsize=256)
def largest_em(texts: tuple[str, ...], box: tuple[int, int], most: int, least: int, *, bold: bool) -> int:
    """The largest em from `most` down to `least` at which each of `texts` stands in `box`, no word broken.

    `box`: its width and height, all in pixels. One size for all of them: none stands out.
    """
    width, height = box

    def probe(em: int) -> bool:
        return _hold(texts, width * _PROBE_PX / em, _lines(height, em), _PROBE_PX, bold=bold)

    # What fits, fits smaller too.
    em = least + bisect_left(range(least + 1, most + 1), True, key=lambda em: not probe(em))
    # What the scaled measure lets through is measured again as it will be drawn.
    while em > least and not _hold(texts, width, _lines(height, em), em, bold=bold):
        em -= 1
    return em


def _lines(height: int, em: int) -> int:
    return int(height // (em * LINE_HEIGHT))


def _hold(texts: tuple[str, ...], width: float, lines: int, em: int, *, bold: bool) -> bool:
    """Whether `lines` of `width` hold each of `texts` in letters of `em`."""
    measure = partial(letters.width, px=em, bold=bold)
    # Most sizes are far too large: to see it need not take long.
    if any(measure(text.replace("\n", "")) > lines * width for text in texts):
        return False
    return all(fits(text, width, lines, measure) for text in texts)
