"""The keys that are down now: a key that nobody lets go is stuck."""

from __future__ import annotations

STUCK_MS = 30_000


class HeldKeys:
    """Keys that went down and have not come up. Only where releases are reported can a key be stuck.

    `reports_releases`: known of the wiring beforehand; otherwise learned from the first release.
    """

    def __init__(self, *, reports_releases: bool = False) -> None:
        self._reports_releases = reports_releases
        self._since_ms: dict[int, int] = {}

    def down(self, key: int, at_ms: int) -> None:
        """`key` went down at `at_ms` (monotonic); one that was down still has been up unnoticed."""
        self._since_ms[key] = at_ms

    def up(self, key: int) -> bool:
        """`key` came up; False when it was not known to be down."""
        self._reports_releases = True
        return self._since_ms.pop(key, None) is not None

    def forget(self) -> None:
        """Nothing is known to be down: the panel restarted."""
        self._since_ms.clear()

    def is_any_stuck(self, at_ms: int) -> bool:
        """Whether a key has been down for 30 s at `at_ms` (monotonic)."""
        return self._reports_releases and any(
            at_ms - since_ms >= STUCK_MS for since_ms in self._since_ms.values()
        )
