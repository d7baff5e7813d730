"""Whether the screen draws what it is given."""

from __future__ import annotations

_LATE_MS = 5_000


class ScreenWatch:
    """Belongs to the device loop's thread. A display may skip snapshots, but must draw the last one."""

    def __init__(self) -> None:
        self._drawn = 0
        self._waiting: tuple[int, int] | None = None  # number of a snapshot not drawn yet, since when

    def drawn(self, number: int) -> None:
        """The snapshot `number` is on the screen."""
        self._drawn = max(self._drawn, number)

    def is_alive(self, shown: int, now_ms: int) -> bool:
        """Whether no snapshot up to `shown`, the newest, has been waiting for 5 s. Ask every few seconds."""
        if self._waiting is not None and self._drawn >= self._waiting[0]:
            self._waiting = None
        if self._waiting is None and shown > self._drawn:
            self._waiting = (shown, now_ms)
        return self._waiting is None or now_ms - self._waiting[1] < _LATE_MS
