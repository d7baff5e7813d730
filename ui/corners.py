"""The upper corners of the glass: two fingers held in both of them begin cleaning."""

from __future__ import annotations

from device.events import Corner
from ui.layout import Layout

SIDE_MM = 18.0


def corner_at(x: float, y: float, layout: Layout) -> Corner | None:
    """The upper corner that the point `x`, `y` (pixels from the lower left) is in, or None."""
    side = layout.px(SIDE_MM)
    if y < layout.height - side:
        return None
    if x < side:
        return Corner.TOP_LEFT
    return Corner.TOP_RIGHT if x >= layout.width - side else None
