"""What the device has made of the province's word, read from device.db."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from device.sqlite_file import Kinds, look_into


@dataclass(frozen=True, slots=True)
class Standing:
    """The settings in force on the device, as far as the province must know; None where it set nothing.

    `settings_known`: the highest version that ever came, which may be waiting, or refused.
    """

    settings_version: int | None = None
    assignment: int | None = None
    settings_known: int | None = None


@dataclass(frozen=True, slots=True)
class RefusedSettings:
    """Settings that the device could not take, and why."""

    version: int
    why: str


class DeviceFile:
    """Reads the device's device.db; opens it for each look. One thread.

    A file that is not there yet, or of an older device, says nothing; it is never an error.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def standing(self) -> Standing:
        """What is in force, and what is known as far as the device tells."""
        in_force, assignment = next(
            iter(
                self._rows("SELECT version, assignment FROM settings_in_force", kinds=(int, int | None)),
            ),
            (None, None),
        )
        versions = [
            version for (version,) in self._rows("SELECT version FROM settings_refused", kinds=(int,))
        ]
        known = max([*versions, in_force or 0])
        return Standing(in_force, assignment, known or None)

    def settings_in_force(self) -> bytes | None:
        """The settings in force as the province signed them, None where there are none or nothing is said."""
        rows = self._rows("SELECT jws FROM settings_in_force", kinds=(bytes,))
        return rows[0][0] if rows else None

    def refused(self) -> RefusedSettings | None:
        """The settings that were refused last, unless others have come in force since."""
        rows = self._rows(
            "SELECT version, why FROM settings_refused"
            " WHERE version > coalesce((SELECT version FROM settings_in_force), 0)",
            kinds=(int, str),
        )
        return RefusedSettings(*rows[0]) if rows else None

    def knows_order(self, order: str) -> bool:
        """Whether the device has begun the order."""
        return bool(self._rows("SELECT 1 FROM orders WHERE id = ?", order, kinds=(int,)))

    def outcome(self, order: str) -> tuple[str, str | None] | None:
        """What became of an order, with why; None while nothing has."""
        rows = self._rows(
            "SELECT outcome, why FROM orders WHERE id = ? AND outcome IS NOT NULL",
            order,
            kinds=(str, str | None),
        )
        return (rows[0][0], rows[0][1] or None) if rows else None

    def _rows(self, sql: str, *values: object, kinds: Kinds) -> list[tuple[Any, ...]]:
        return look_into(self._path, sql, *values, kinds=kinds)
