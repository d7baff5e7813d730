"""What the thread that draws has to do in each of its turns, and when a frame has changed."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench.hand_over import HandOver, Notes

_LEAST_MS = 0.3  # a turn that only looks for touches


class ScreenWork:
    """`turns_ms`: the processor time of each turn in which the thread had something to do, in ms.

    The time it waits is not in it; nor is that of other threads, such as those that OpenGL paints with where
    there is no graphics hardware.
    """

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self.turns_ms: list[float] = []

    def watch(self) -> None:
        """From now on, in the window of this process, which is open."""
        from kivy.base import EventLoop  # noqa: PLC0415 - its window is open by now
        from kivy.core.window import Window  # noqa: PLC0415

        idle: Callable[[], None] = EventLoop.idle

        def timed() -> None:
            began_ns = time.thread_time_ns()
            idle()
            worked_ms = (time.thread_time_ns() - began_ns) / 1e6
            if worked_ms >= _LEAST_MS:
                self.turns_ms.append(worked_ms)

        EventLoop.idle = timed
        Window.fbind("on_flip", lambda _: self._notes.note(HandOver.FRAME_CHANGED))
