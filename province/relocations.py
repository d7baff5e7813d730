"""Relocations: a device that goes on at another window, by the next assignment and with its names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from device.clock import Clock, wall_text
from device.province_settings import Names
from province.errors import Declined
from province.places.plan import Hall, Window
from province.store import decommissions, places, registry, settings, windows
from province.store.database import Database
from province.store.settings import Body

_NAME = 40  # characters of a name on a device's screen
_NUMBER = 8


@dataclass(frozen=True, slots=True)
class Spot:
    """A window as a technician knows it; what nobody has said of it is empty."""

    window: str
    number: str = ""
    name: str = ""
    hall: str = ""
    hall_name: str = ""


@dataclass(frozen=True, slots=True)
class Relocation:
    """A device goes from `before` (None: it served no window) to `after`; `changed` False: it is there.

    `assignment`: the number at `after`; `dry_run`: only what would be.
    """

    device: str
    before: Spot | None
    after: Spot
    assignment: int
    changed: bool
    dry_run: bool

    def to_json(self) -> dict[str, Any]:
        """As it travels."""
        return asdict(self)


class Relocations:
    """Moves devices, each in one transaction. Any thread.

    `nudge` is told of a device that new settings are due to, once they are committed.
    """

    def __init__(self, database: Database, *, clock: Clock, nudge: Callable[[str], None]) -> None:
        self._database = database
        self._clock = clock
        self._nudge = nudge

    def move(self, device: str, to: str, *, other_hall: bool, dry_run: bool) -> Relocation:
        """Move a device to the window `to`, to another hall only if that is meant.

        Raises Declined, StoreError.
        """
        if dry_run:
            with self._database.read() as connection:
                return self._planned(connection, device, to, other_hall=other_hall, dry_run=True)
        with self._database.write() as connection:
            registry.lock(connection)
            planned = self._planned(connection, device, to, other_hall=other_hall, dry_run=False)
            if planned.changed:
                self._carry_out(connection, planned)
        if planned.changed:
            self._nudge(device)
        return planned

    def _planned(
        self, connection: sa.Connection, device: str, to: str, *, other_hall: bool, dry_run: bool
    ) -> Relocation:
        held = registry.find(connection, device)
        if held is None:
            raise Declined("not_registered", f"no device {device} is registered here", device=device)
        retired = decommissions.find(connection, device)
        if retired is not None:
            raise Declined(
                "decommissioned",
                f"device {device} serves no more since {retired.at}; enrol its box anew with a new ticket",
                device=device,
                at=retired.at,
            )
        if held.revoked_at is not None:
            raise Declined(
                "revoked",
                f"device {device} was revoked and is not heard; have it reinstated first, or enrol it anew",
                device=device,
            )
        window = windows.find(connection, to)
        if window is None:
            raise Declined(
                "window_unknown", f"there is no window {to}; see `chuangping places list`", window=to
            )
        at = registry.current_assignments(connection).get(device)
        halls = places.all_halls(connection)
        before = None if at is None else _spot(windows.find(connection, at.window), at.window, halls)
        after = _spot(window, to, halls)
        for other in registry.serving(connection, to):
            if other.device != device:
                raise Declined(
                    "window_served",
                    f"window {to} is served by device {other.device}; move or decommission that one first",
                    window=to,
                    device=other.device,
                )
        if before is not None and before.hall and before.hall != after.hall and not other_hall:
            raise Declined(
                "other_hall",
                f"window {to} is in {after.hall_name}, the device in {before.hall_name};"
                " say --other-hall if that is meant",
                window=to,
                hall=after.hall_name,
                from_hall=before.hall_name,
            )
        changed = at is None or at.window != to
        number = at.number if at and not changed else registry.next_number(connection, device)
        return Relocation(device, before, after, number, changed, dry_run)

    def _carry_out(self, connection: sa.Connection, planned: Relocation) -> None:
        now = wall_text(self._clock.now().wall)
        registry.end_revoked(connection, planned.after.window, at=now)
        registry.move(connection, planned.device, window=planned.after.window, at=now)
        newest = settings.newest(connection, planned.device)
        body = msgspec.structs.replace(newest.body if newest else Body(), names=_names(planned.after))
        settings.add(connection, planned.device, body, at=now)


def _spot(window: Window | None, code: str, halls: dict[str, Hall]) -> Spot:
    if window is None:
        return Spot(code)
    hall = halls.get(window.hall)
    return Spot(code, window.number, window.name, window.hall, hall.name if hall else window.hall)


def _names(spot: Spot) -> Names:
    """What the screen is to say. Nothing is left empty: the names of the window before would show again."""
    number = spot.number or (spot.window if len(spot.window) <= _NUMBER else "")
    return Names(number=number, name=(spot.name or spot.window)[:_NAME], hall=spot.hall_name[:_NAME])
