"""What the device knows of its own parts: keys, screen, voice; and who is told of it, staff and the agent."""

from __future__ import annotations

import logging
from datetime import date

from device.acceptance import Acceptance
from device.clock import CHINA, Clock
from device.events import PanelCondition
from device.faults import Fault
from device.key_health import KeyHealth
from device.screen_watch import ScreenWatch
from device.staff_watch import StaffWatch
from device.upkeep import Upkeep
from device.visit.state import Idle
from device.window import Window

log = logging.getLogger(__name__)

_WARNINGS = {
    PanelCondition.OK: None,
    PanelCondition.LOST: Fault.PANEL_LOST,
    PanelCondition.STUCK: Fault.KEY_STUCK,
}


class HouseWatch:
    """Belongs to the device loop's thread, which tells it what happens and has it look now and then."""

    def __init__(
        self,
        *,
        clock: Clock,
        window: Window,
        upkeep: Upkeep,
        acceptance: Acceptance,
        staff_watch: StaffWatch,
    ) -> None:
        self._clock = clock
        self._window = window
        self._upkeep = upkeep
        self._acceptance = acceptance
        self._staff_watch = staff_watch
        self._key_health = KeyHealth()
        self._screen = ScreenWatch()
        self._voice_fault: Fault | None = None

    @property
    def key_health(self) -> KeyHealth:
        """What may be told of the key panel."""
        return self._key_health.on(self._today())

    def begin(self) -> None:
        """Before the first row is written, which should know its time."""
        self._upkeep.run(idle=False)

    def key_pressed(self, key: int) -> None:
        """Key `key` went down."""
        self._key_health = self._key_health.pressed(key, self._today())

    def panel_changed(self, condition: PanelCondition, why: str) -> None:
        """The key panel was lost, is stuck, or is well again."""
        log.warning("panel condition=%s why=%s", condition, why)
        self._key_health = self._key_health.changed(condition)
        self._window.warn(_WARNINGS[condition])

    def screen_drew(self, number: int) -> None:
        """The snapshot `number` is on the glass."""
        self._screen.drawn(number)

    def speaker_changed(self, why: str, *, works: bool) -> None:
        """The speaker was lost, or is there again."""
        log.warning("voice works=%s why=%s", works, why)
        self._voice_fault = None if works else Fault.VOICE_LOST

    def look(self, now_ms: int) -> int:
        """Tell staff and the agent how things are, and let Upkeep work; in how many ms to look again."""
        idle = isinstance(self._window.state.phase, Idle) and self._window.fault is None
        if idle and not self._acceptance.key_test_on:
            self._acceptance.look()
        keys = self._acceptance.keys
        found = self._staff_watch.look(keys, idle=idle)
        self._window.remind((*found, *((self._voice_fault,) if self._voice_fault else ())))
        faults = (*((self._window.fault,) if self._window.fault else ()), *self._window.warnings)
        return self._upkeep.run(
            idle=idle,
            faults=tuple(str(fault) for fault in faults),
            screen=self._screen.is_alive(self._window.shown_number, now_ms),
            key_health=self.key_health.told(
                proven=keys is not None and keys.all_proven,
                doubted=self._staff_watch.suspects_keys or (keys is not None and keys.overdue),
            ),
            keys_proven_on=keys.proven_on.isoformat() if keys and keys.proven_on else None,
        )

    def _today(self) -> date:
        return self._clock.now().wall.astimezone(CHINA).date()
