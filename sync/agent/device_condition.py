"""The device's condition as its agent reads it: what its process last said, and what the machine says."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from device.clock import Clock
from device.condition import SILENT_AFTER_MS, Condition, StampedCondition
from device.json_text import read_json
from device.sqlite_file import look_into
from sync.agent.machine import THERMAL, disk_free, temperature_c

SILENT = "device_silent"

_stamped_decoder = msgspec.json.Decoder(StampedCondition)


@dataclass(frozen=True, slots=True)
class DeviceCondition:
    """What goes into a status. `device`: as the device's own process said."""

    device: Condition = field(default_factory=Condition)
    disk_free: int | None = None
    temperature_c: float | None = None


class ConditionSource:
    """Reads device.db, opened for each look, and the machine. Belongs to the agent's thread."""

    def __init__(self, folder: Path, *, clock: Clock, thermal: Path = THERMAL) -> None:
        self._folder = folder
        self._clock = clock
        self._thermal = thermal

    def read(self) -> DeviceCondition:
        """How it is now. Never raises: what cannot be told is None."""
        return DeviceCondition(self._said(), disk_free(self._folder), temperature_c(self._thermal))

    def _said(self) -> Condition:
        stamped = self._stamped()
        now = self._clock.now()
        if (
            stamped is None
            or stamped.boot != now.boot
            or not 0 <= now.mono_ms - stamped.mono_ms <= SILENT_AFTER_MS
        ):
            return Condition(faults=(SILENT,))
        return stamped.condition

    def _stamped(self) -> StampedCondition | None:
        rows = look_into(self._folder / "device.db", "SELECT stamped FROM condition", kinds=(str,))
        try:
            return read_json(rows[0][0], _stamped_decoder) if rows else None
        except msgspec.DecodeError:
            return None  # damaged: its own process begins it anew
