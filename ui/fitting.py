"""The size of letters that a box has room for: measured, not guessed from the number of letters. Pure."""

from __future__ import annotations

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
    if _hold(texts, width, int(height // (most * LINE_HEIGHT)), most, bold=bold):
        return most
    for em in range(most - 1, least, -1):
        lines = int(height // (em * LINE_HEIGHT))
        # What the scaled measure lets through is measured again as it will be drawn.
        if _hold(texts, width * _PROBE_PX / em, lines, _PROBE_PX, bold=bold) and _hold(
            texts, width, lines, em, bold=bold
        ):
            return em
    return least


def _hold(texts: tuple[str, ...], width: float, lines: int, em: int, *, bold: bool) -> bool:
    """Whether `lines` of `width` hold each of `texts` in letters of `em`."""
    measure = partial(letters.width, px=em, bold=bold)
    # Most sizes are far too large: to see it need not take long.
    if any(measure(text.replace("\n", "")) > lines * width for text in texts):
        return False
    return all(fits(text, width, lines, measure) for text in texts)
