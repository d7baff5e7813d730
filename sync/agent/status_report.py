"""When the province is told how the device is: after a connect, every few minutes, soon after a change."""

from __future__ import annotations

from collections.abc import Callable

from device.condition import Condition
from device.ledger.reader import Head
from sync.agent.device_condition import DeviceCondition
from sync.agent.head_signer import HeadSigner
from sync.agent.post import Letter, Post

_EVERY_MS = 180_000
_APART_MS = 10_000


class StatusReport:
    """Belongs to the agent's thread. `condition` tells how the device is now."""

    def __init__(self, *, post: Post, signer: HeadSigner, condition: Callable[[], DeviceCondition]) -> None:
        self._post = post
        self._signer = signer
        self._condition = condition
        self._told: Condition | None = None
        self._due_ms = 0
        self._look_ms = 0

    def begin(self) -> None:
        """There is a new connection: the next status is due at once."""
        self._due_ms = 0

    def due(self, session: str, *, head: Head, queue: int, now_ms: int) -> Letter | None:
        """The status to be sent now, or None."""
        if now_ms < min(self._due_ms, self._look_ms):
            return None
        self._look_ms = now_ms + _APART_MS
        condition = self._condition()
        if now_ms < self._due_ms and condition.device == self._told:
            return None
        self._due_ms = now_ms + _EVERY_MS
        self._told = condition.device
        return self._post.status(
            session,
            online=True,
            head=head,
            queue=queue,
            condition=condition,
            heads=self._signer.announced(),
        )
