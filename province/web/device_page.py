"""One device as its page shows it: how it is, its certificate, where it stood, what it was told."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from province.device_list import State, state_of
from province.places.plan import Hall, Window
from province.role import Principal
from province.roster import RosterEntry, roster_for
from province.store import alarms, places, registry, revocations, windows
from province.store.alarms import Alarm
from province.store.registry import Assignment
from province.store.revocations import Revoking

ALARMS = 20


@dataclass(frozen=True, slots=True)
class Stay:
    """That the device served a window, which may not be placed in any hall."""

    assignment: Assignment
    window: Window | None
    hall: Hall | None


@dataclass(frozen=True, slots=True)
class DevicePage:
    """A device. `stays`, `alarms`, `revocations`: the newest first.

    The last two are empty, `alarms` None, for those who may not see them.
    """

    entry: RosterEntry
    state: State
    stays: list[Stay]
    alarms: list[Alarm] | None
    revocations: list[Revoking]


def read_device(connection: sa.Connection, device: str, who: Principal) -> DevicePage | None:
    """The device, None when there is none of this id that `who` sees."""
    for entry in roster_for(connection, who, only=device):
        placed, halls = windows.all_windows(connection), places.all_halls(connection)
        stays = []
        for assignment in reversed(registry.assignments_of(connection, device)):
            window = placed.get(assignment.window)
            hall = halls[window.hall] if window else None
            if who.hall is None or (hall is not None and hall.code == who.hall):
                stays.append(Stay(assignment, window, hall))
        return DevicePage(
            entry=entry,
            state=state_of(entry),
            stays=stays,
            alarms=alarms.of_device(connection, device, ALARMS) if who.sees_alarms else None,
            revocations=revocations.of_device(connection, device) if who.sees_alarms else [],
        )
    return None
