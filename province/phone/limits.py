"""How many ratings by posters are taken within an hour from one place; kept in this process alone."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque

HOUR_MS = 3_600_000
MOST_PLACES = 20_000  # the place that was heard of longest ago is forgotten first


class HourlyLimit:
    """`most` in any hour for each place, 0: as many as come. Any thread."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: OrderedDict[str, deque[int]] = OrderedDict()
        self._turn = threading.Lock()

    def has_room(self, place: str, now_ms: int) -> bool:
        """Whether one more would be taken from `place`."""
        with self._turn:
            return not self._most or len(self._recent(place, now_ms)) < self._most

    def take(self, place: str, now_ms: int) -> None:
        """One more came from `place`."""
        if not self._most:
            return
        with self._turn:
            self._taken[place] = self._recent(place, now_ms)
            self._taken[place].append(now_ms)
            self._taken.move_to_end(place)
            while len(self._taken) > MOST_PLACES:
                self._taken.popitem(last=False)

    def _recent(self, place: str, now_ms: int) -> deque[int]:
        # One who only asks is not remembered: strangers can make up places without end.
        taken = self._taken.get(place, deque())
        while taken and now_ms - taken[0] >= HOUR_MS:
            taken.popleft()
        return taken
