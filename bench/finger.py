"""A finger on the glass of the Kivy window in this process: touches that are asked for once a frame."""

from __future__ import annotations

import itertools
import queue
from typing import Any

from kivy.base import EventLoop
from kivy.input.motionevent import MotionEvent
from kivy.input.provider import MotionEventProvider


class Finger(MotionEventProvider):
    """Touches reach the window as those of a driver do: taken from a queue when the frame begins."""

    def __init__(self) -> None:
        super().__init__("bench-finger", "")
        self._waiting: queue.SimpleQueue[tuple[float, float]] = queue.SimpleQueue()
        self._numbers = itertools.count(1)

    def lay_on(self) -> None:
        """From now on the window asks this finger; it is there already."""
        EventLoop.add_input_provider(self)

    def tap(self, x: float, y: float) -> None:
        """Down and up again at (`x`, `y`), each from 0 to 1 over the glass. Any thread; never waits."""
        self._waiting.put((x, y))

    def start(self) -> None:
        """Nothing is opened."""

    def stop(self) -> None:
        """Nothing is closed."""

    def update(self, dispatch_fn: Any) -> None:
        """As MotionEventProvider: hand over what waits."""
        while not self._waiting.empty():
            touch = _Tap(
                self.device, next(self._numbers), self._waiting.get(), is_touch=True, type_id="touch"
            )
            dispatch_fn("begin", touch)
            touch.update_time_end()
            dispatch_fn("end", touch)


class _Tap(MotionEvent):
    def depack(self, args: tuple[float, float]) -> None:
        self.profile = ("pos",)
        self.sx, self.sy = args
        super().depack(args)
