"""What the device has made of the province's word, in device.db: the settings in force, orders begun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from device.clock_judgement import RELEASED_AT
from device.invitation_store import InvitationStore

ORDERS_KEPT = 1000  # beyond any that an agent can still be asked about


@dataclass(frozen=True, slots=True)
class KeptSettings:
    """One version of the settings, as the province signed it."""

    version: int
    jws: bytes


class DownStore:
    """Writes beside the invitations, through the one connection to device.db. The device loop's thread.

    Every method raises LedgerError when the file cannot be read or written.
    """

    def __init__(self, file: InvitationStore) -> None:
        self._file = file

    @property
    def is_open(self) -> bool:
        return self._file.is_open

    def in_force(self) -> KeptSettings | None:
        """The settings in force, None where the configuration stands alone."""
        rows = self._file.select("SELECT version, jws FROM settings_in_force", kinds=(int, bytes))
        return KeptSettings(rows[0][0], rows[0][1]) if rows else None

    def put_in_force(self, version: int, jws: bytes, *, assignment: int | None) -> None:
        """From now on these are in force; durable at the return. `assignment`: for the agent to tell."""
        self._file.run(
            "INSERT INTO settings_in_force (one, version, assignment, jws) VALUES (1, ?, ?, ?)"
            " ON CONFLICT (one) DO UPDATE"
            " SET version = excluded.version, assignment = excluded.assignment, jws = excluded.jws",
            version,
            assignment,
            jws,
        )

    def forget_in_force(self) -> None:
        """The configuration stands alone again; durable at the return."""
        self._file.run("DELETE FROM settings_in_force")

    def refused(self) -> int:
        """The version that was refused last, 0 for none: it is not looked at again."""
        rows = self._file.select("SELECT version FROM settings_refused", kinds=(int,))
        return rows[0][0] if rows else 0

    def refuse(self, version: int, why: str) -> None:
        """These settings cannot be; the agent tells the province `why`."""
        self._file.run(
            "INSERT INTO settings_refused (one, version, why) VALUES (1, ?, ?)"
            " ON CONFLICT (one) DO UPDATE SET version = excluded.version, why = excluded.why",
            version,
            why[:400],
        )

    def knows_order(self, order: str) -> bool:
        """Whether the order was begun, ever."""
        return bool(self._file.run("SELECT 1 FROM orders WHERE id = ?", order))

    def begin_order(self, order: str, kind: str) -> None:
        """The order is about to be carried out; durable at the return, so that it never is again."""
        self._file.run("INSERT INTO orders (id, kind) VALUES (?, ?)", order, kind)
        self._file.run("DELETE FROM orders WHERE number <= (SELECT max(number) FROM orders) - ?", ORDERS_KEPT)

    def end_order(self, order: str, outcome: str, why: str) -> None:
        """What became of it, for the agent to tell."""
        self._file.run("UPDATE orders SET outcome = ?, why = ? WHERE id = ?", outcome, why[:400], order)

    def time_floor(self) -> datetime:
        """It is this time or later, whatever the clock says."""
        return max(self._file.time_floor() or RELEASED_AT, RELEASED_AT)

    def fail_begun(self, why: str) -> None:
        """Orders that were begun and not ended have failed: what they did is not known."""
        self._file.run("UPDATE orders SET outcome = 'failed', why = ? WHERE outcome IS NULL", why)
