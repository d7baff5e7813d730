"""Making the screens that will be wanted, before they are: in slices, while nothing waits to be drawn."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from kivy.clock import Clock as KivyClock

from device.clock import Clock, Moment
from device.snapshot import Snapshot
from ui.samples import NOW, samples
from ui.slices import Slices

PAUSE_S = 0.004
"""Between two slices: other threads work, touches are looked for, what is made is laid out."""

WANTED = (
    "level",
    *(f"reasons-{level}-{page}" for page in range(3) for level in (5, 4, 3, 2, 1)),
    "thanks",
    "idle-clerk",
    "declined",
    "words",
    "phone",
    "receipt-word",
    "receipt-code",
    "idle-refused-broken",
    "paused",
    "spoken",
    "cannot-F-011",
)
"""Of the samples those that come in a visit, the likeliest first."""


Scene = tuple[Snapshot, Moment]
"""What is to be shown, and when."""


class Rehearsal:
    """Goes through the screens once, in every language. Kivy's thread.

    `waits`: whether something is still to be drawn. `rehearse`: the work that a snapshot is. `done` is called
    at the end.
    """

    def __init__(
        self,
        *,
        languages: Sequence[str],
        clock: Clock,
        waits: Callable[[], bool],
        rehearse: Callable[[Snapshot, Moment], Slices],
        done: Callable[[], None],
    ) -> None:
        self._waits = waits
        self._rehearse = rehearse
        self._done = done
        self._first: deque[Scene] = deque()
        self._left = _script(languages, clock)
        self._work: Slices | None = None
        self._is_over = False
        self._go_on_later = KivyClock.create_trigger(self._go_on, PAUSE_S)

    def start(self) -> None:
        """Begin, or go on; nothing when it is over."""
        if not self._is_over:
            self._go_on_later()

    def go_through(self, scenes: Sequence[Scene]) -> None:
        """Go through `scenes` first: they are the next that will be wanted."""
        self._first = deque(scenes)
        self._is_over = False
        self.start()

    def _go_on(self, _: float) -> None:
        if self._waits():
            return  # `start` comes again after the frame that is awaited
        if self._work is None or self._work.dead:
            following = self._first.popleft() if self._first else next(self._left, None)
            if following is None:
                self._is_over = True
                self._done()
                return
            self._work = self._rehearse(*following)
        else:
            self._work.go_on()
        self._go_on_later()


def _script(languages: Sequence[str], clock: Clock) -> Iterator[Scene]:
    now = clock.now()
    # By the samples' own clock, but at the hour it is: at night the screens that rest are dark.
    seen = replace(NOW, wall=now.wall, quality=now.quality)
    for language in languages:
        shown = samples(language)
        yield from ((shown[name], seen) for name in WANTED)
