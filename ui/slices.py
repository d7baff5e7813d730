"""Work in slices: what takes long on the thread that draws stops here and there and goes on in a later frame.

A screen is a hundred widgets, made one inside the other by Kivy: only a stack that can be left and come back
to stops in the middle of that, and Kivy's widgets may not be made in another thread.
"""

from __future__ import annotations

from collections.abc import Callable

from greenlet import getcurrent, greenlet
from kivy.lang import Builder

STEPS = 3
"""In one slice: a widget is made, or drawn, in half a millisecond or so."""


class Slices(greenlet):
    """`work`, so many steps at each `go_on`. Kivy's thread."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(work)
        self._left = 0
        # Kivy notes here which rules it is applying; another widget by the same rule may be made meanwhile.
        self._rules: dict[object, object] = {}

    def go_on(self, steps: int = STEPS) -> bool:
        """Work for `steps`; True when all is done. Raises what the work raises."""
        self._left = steps
        Builder.rulectx, self._rules = self._rules, Builder.rulectx
        try:
            self.switch()
        finally:
            Builder.rulectx, self._rules = self._rules, Builder.rulectx
        return bool(self.dead)

    def finish(self) -> None:
        """Work until all is done."""
        while not self.dead:
            self.go_on()

    def step(self, steps: int) -> None:
        """So much is done."""
        self._left -= steps
        if self._left <= 0:
            assert self.parent is not None
            self.parent.switch()


def breathe() -> None:
    """A place where work in slices may stop; nothing to work that is not."""
    working = getcurrent()
    if isinstance(working, Slices):
        working.step(1)


def pause() -> None:
    """As `breathe`, and here it does stop."""
    working = getcurrent()
    if isinstance(working, Slices):
        working.step(STEPS)
