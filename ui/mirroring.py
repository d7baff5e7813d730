"""Screens that are read from right to left: what stands in a row changes sides, and words begin at the right.

The five levels stay where they are, as their order is the same province-wide, also as columns that speak;
and so do the boxes of the keys, which are beside the screen.
"""

from __future__ import annotations

from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from ui.widgets.columns import Columns
from ui.widgets.key_box import KeyBox
from ui.widgets.text import Text
from ui.widgets.tiles import Tiles


def mirror(root: Widget, *, mirrored: bool) -> None:
    """Turn `root` and all that is in it; what is turned already stays."""
    for part in root.walk(restrict=True):
        if isinstance(part, Text):
            part.mirrored = mirrored
        elif isinstance(part, BoxLayout) and not _stays(part) and _is_mirrored(part) is not mirrored:
            part.chuangping_mirrored = mirrored
            left, top, right, bottom = part.padding
            part.padding = [right, top, left, bottom]
            if part.orientation == "horizontal":
                part.children = part.children[::-1]


def _is_mirrored(part: BoxLayout) -> bool:
    return getattr(part, "chuangping_mirrored", False)


def _stays(part: BoxLayout) -> bool:
    return isinstance(part, Tiles | Columns) or any(isinstance(child, KeyBox) for child in part.children)
