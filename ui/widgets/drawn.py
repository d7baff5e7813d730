"""A part that is drawn by us: once a frame, when all that changed has changed, and when it is to be seen."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.uix.widget import Widget

from ui.slices import breathe


class Drawn(Widget):
    """Call `draw_soon` when it is to look otherwise. Off the window it waits for `draw_rest`."""

    def __init__(self, **kwargs: Any) -> None:
        breathe()
        self.draw_soon = Clock.create_trigger(self._draw_if_seen, -1)
        self.is_undrawn = False
        super().__init__(**kwargs)

    def draw(self) -> None:
        """Make it look as it should."""
        raise NotImplementedError

    @property
    def may_wait(self) -> bool:
        """Whether, off the window, it may go on holding what it showed last."""
        return True

    def _draw_if_seen(self, *_: object) -> None:
        self.is_undrawn = self.may_wait and self.get_root_window() is None
        if not self.is_undrawn:
            self.draw()


def draw_rest(root: Widget) -> None:
    """Draw what waits in `root`, and in all that is in it."""
    for part in root.walk(restrict=True):
        if isinstance(part, Drawn) and part.is_undrawn:
            part.is_undrawn = False
            part.draw()
            breathe()


def draw_soon(root: Widget) -> None:
    """`root` comes on: what waits in it is drawn with this frame."""
    for part in root.walk(restrict=True):
        if isinstance(part, Drawn) and part.is_undrawn:
            part.draw_soon()
