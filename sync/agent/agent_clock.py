"""The agent's clock: the machine's own, believed by the kernel's word or by this boot's receipts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from device.clock import JudgedClock, Moment
from device.clock_judgement import RELEASED_AT, judge
from device.province_time import Anchor, better

_JUDGED_EVERY_MS = 1_000


class AgentClock:
    """A `device.clock.Clock` that judges `clock` for the agent, as the device's process does for its rows.

    Belongs to the agent's thread. `floor`: the latest time that a receipt proved in an earlier run.
    """

    def __init__(
        self, clock: JudgedClock, *, kernel_synchronised: Callable[[], bool], floor: datetime | None = None
    ) -> None:
        self._clock = clock
        self._kernel_synchronised = kernel_synchronised
        self._floor = max(floor or RELEASED_AT, RELEASED_AT)
        self._anchor: Anchor | None = None
        self._judged_at_ms: int | None = None

    def mono_ms(self) -> int:
        return self._clock.mono_ms()

    def now(self) -> Moment:
        """One whole reading; judged anew once a second."""
        now_ms = self._clock.mono_ms()
        if self._judged_at_ms is None or now_ms - self._judged_at_ms >= _JUDGED_EVERY_MS:
            self._judge()
        return self._clock.now()

    def learn(self, anchor: Anchor) -> None:
        """The province said the time: a receipt, its signature and session proven."""
        self._anchor = better(self._anchor, anchor)
        self._floor = max(self._floor, anchor.time)
        self._judge()

    @property
    def dates_from(self) -> datetime | None:
        """None while wall time can be believed; else the time that it cannot be before."""
        return None if self.now().quality == "trusted" else self._floor

    @property
    def dates_at(self) -> datetime | None:
        """The machine's own time where the kernel vouches for it, trusted or not."""
        return self._clock.machine().wall if self._kernel_synchronised() else None

    def _judge(self) -> None:
        self._judged_at_ms = self._clock.mono_ms()
        belief = judge(
            self._clock.machine(),
            kernel=self._kernel_synchronised(),
            anchor=self._anchor,
            floor=self._floor,
            before=self._clock.belief,
        )
        self._clock.believe(belief)
