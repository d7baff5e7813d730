"""Decommissionings: a device ends its service when all it recorded is held here, and gets that in writing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

import sqlalchemy as sa

from device.clock import Clock, wall_text
from province.errors import Declined
from province.store import decommissions, heads, logs, losses, quarantine, ratings, registry
from province.store.database import Database
from province.store.decommissions import Retired
from province.store.logs import Log
from sync.contract.decommission import Decommission, sign_decommission
from sync.contract.keys import SigningKey
from sync.contract.messages import SignedHead

WHY = "decommissioned"


class ShutOut(Protocol):
    """Whoever shuts devices out: of registry, broker and HTTPS."""

    def mark(self, connection: sa.Connection, device: str, why: str, by: str) -> None:
        """Shut a device out in the caller's transaction; `settle` follows when that is committed."""
        ...

    def settle(self) -> object:
        """Bring the broker to what was marked."""
        ...


class Decommissions:
    """Ends the service of devices, each in one transaction. Any thread.

    `shut_out` None: a device is trusted to have destroyed its key.
    """

    def __init__(
        self, database: Database, *, clock: Clock, key: SigningKey, shut_out: ShutOut | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._key = key
        self._shut_out = shut_out

    def end(self, device: str, ends: Sequence[SignedHead], *, by: str, lose: int, dry_run: bool) -> Retired:
        """End the service of a device whose logs end at `ends`; of one that has ended, what was said then.

        At most `lose` rows may be missing here. The assignment ends; a dry run changes nothing, and its
        statement is empty. Raises Declined, StoreError.
        """
        if dry_run:
            with self._database.read() as connection:
                held = decommissions.find(connection, device)
                return held or Retired(device, "", by, self._missing(connection, device, ends, lose), "")
        retired = self._ended(device, ends, by=by, lose=lose)
        if self._shut_out is not None:
            self._shut_out.settle()  # again each time: the process may have ended before it
        return retired

    def _ended(self, device: str, ends: Sequence[SignedHead], *, by: str, lose: int) -> Retired:
        now = wall_text(self._clock.now().wall)
        with self._database.write() as connection:
            before = decommissions.find(connection, device)
            if before is not None:
                return before
            lost = self._missing(connection, device, ends, lose)
            said = Decommission(device=device, at=now, by=by, logs=list(ends), lost=lost)
            registry.end_assignment(connection, device, at=now)
            if self._shut_out is not None:
                self._shut_out.mark(connection, device, WHY, by)
            decommissions.record(
                connection, Retired(device, now, by, lost, sign_decommission(said, self._key))
            )
            kept = decommissions.find(connection, device)
            assert kept is not None
            return kept

    def _missing(
        self, connection: sa.Connection, device: str, ends: Collection[SignedHead], lose: int
    ) -> int:
        """How many rows up to `ends` are not held here. Raises Declined when they are more than `lose`."""
        if registry.find(connection, device) is None:
            raise Declined("not_registered", f"no device {device} is registered here", device=device)
        missing = sum(self._missing_of(connection, device, head) for head in ends)
        named = {head.log_id: head.seq for head in ends}
        for log in logs.logs_by_device(connection, only=device).get(device, []):
            missing += _announced(connection, log, after=max(log.seq, named.get(log.log_id, 0)))
        if missing > lose:
            raise Declined(
                "rows_missing",
                f"{missing} rows of device {device} have not arrived; wait until it has sent them,"
                " or rescue them",
                rows=missing,
                device=device,
            )
        return missing

    def _missing_of(self, connection: sa.Connection, device: str, head: SignedHead) -> int:
        """How many rows of one log, which ends at `head` on the device, are not here. Raises Declined."""
        log = logs.find(connection, head.log_id)
        if log is None or log.device != device:
            return head.seq
        if head.seq <= log.seq and _is_another(connection, log, head):
            raise Declined(
                "log_differs",
                f"log {head.log_id} is another here than on the device; have the alarms looked at",
                log=head.log_id,
            )
        return max(0, head.seq - log.seq)


def _is_another(connection: sa.Connection, log: Log, head: SignedHead) -> bool:
    """Whether another row than the device's last is held in its place, and the device's own not even aside.

    A card that was put back to an older state has fewer rows than are held here, the last of them its own.
    """
    where = log.log_id, head.seq, head.seq
    here = log.head if head.seq == log.seq else ratings.hashes(connection, *where).get(head.seq)
    aside = quarantine.hashes(connection, *where).get(head.seq, set())
    return here is not None and here != head.hash and head.hash not in aside


def _announced(connection: sa.Connection, log: Log, *, after: int) -> int:
    """How many rows behind `after` the device has announced, neither held here nor declared lost.

    Also of a log that is not on its card any more: what the device says last is not all that it ever said.
    """
    said = [head.seq for head in heads.of_log(connection, log.log_id) if not head.contradicted]
    gaps = losses.declared(connection, log.log_id).undeclared(after + 1, max(said, default=0))
    return sum(last - first + 1 for first, last in gaps)
