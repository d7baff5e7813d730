"""Pauses between attempts: exponential with full jitter, so that many devices do not return at once."""

from __future__ import annotations

from collections.abc import Callable


class Backoff:
    """Each pause is drawn evenly from nothing to a ceiling that doubles from `first_s` to `most_s`.

    "Full jitter" of the AWS Architecture Blog (Exponential Backoff And Jitter, 2015): of the variants
    compared there, the one with the least work for a server that comes back. `random` gives [0, 1).
    """

    def __init__(self, *, random: Callable[[], float], first_s: float, most_s: float) -> None:
        self._random = random
        self._first_s = first_s
        self._most_s = most_s
        self._ceiling_s = min(first_s, most_s)

    def next_s(self) -> float:
        """How long to wait before the next attempt, in seconds."""
        pause_s = self._random() * self._ceiling_s
        self._ceiling_s = min(self._ceiling_s * 2, self._most_s)
        return pause_s

    def reset(self) -> None:
        """Begin anew: the last attempt came to something."""
        self._ceiling_s = min(self._first_s, self._most_s)
