"""What the device loop sees to every few seconds: the clock, the condition, retention, old invitations."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from device.clock import JudgedClock
from device.clock_judgement import RELEASED_AT, judge
from device.clock_rows import ClockRows
from device.condition import Condition, ConditionReport
from device.errors import LedgerError
from device.invitation_store import InvitationStore
from device.ledger.guard import LedgerGuard
from device.province_time import Anchor, ReceivedReceipts, expected
from device.sealed_receipts import SealedReceipts

log = logging.getLogger(__name__)

_EVERY_MS = 5_000
_UNTIL_TRUSTED_MS = 500
_RETENTION_EVERY_MS = 3600 * 1000
_SEALED_KEPT = timedelta(hours=24)  # a province restored from last night's backup can ask for it again
_FLOOR_STEP = timedelta(hours=1)  # so that the card is not written at each receipt


class Upkeep:
    """Belongs to the device loop's thread."""

    def __init__(
        self,
        *,
        clock: JudgedClock,
        guard: LedgerGuard,
        store: InvitationStore,
        receipts: ReceivedReceipts | None,
        retention_days: int,
        kernel_synchronised: Callable[[], bool],
        clock_rows: ClockRows | None = None,
        conditions: ConditionReport | None = None,
        sealed_receipts: SealedReceipts | None = None,
        not_before: datetime = RELEASED_AT,
    ) -> None:
        """`not_before`: it is this time or later, as the province said at the enrolment."""
        self._clock = clock
        self._guard = guard
        self._store = store
        self._receipts = receipts
        self._retention = timedelta(days=retention_days)
        self._kernel_synchronised = kernel_synchronised
        self._clock_rows = clock_rows
        self._conditions = conditions
        self._sealed_receipts = sealed_receipts
        self._retention_at_ms = 0
        self._least = max(not_before, RELEASED_AT)
        self._floor: datetime | None = None

    def run(
        self,
        *,
        idle: bool,
        faults: tuple[str, ...] = (),
        screen: bool | None = None,
        key_health: str | None = None,
        keys_proven_on: str | None = None,
    ) -> int:
        """Learn whether wall time can be believed; when nobody is served, also tidy up. Never raises.

        `faults` to `keys_proven_on`: as in device.condition. Returns in how many milliseconds to run
        again.
        """
        anchor = self._receipts.anchor() if self._receipts else None
        self._judge_clock(anchor)
        self._write_clock_row()
        self._tell(
            Condition(faults=faults, screen=screen, key_health=key_health, keys_proven_on=keys_proven_on)
        )
        if idle and not self._look_at_log():
            return _UNTIL_TRUSTED_MS  # the way back from a fault begins soon
        if idle and self._clock.mono_ms() >= self._retention_at_ms:
            self._tidy(anchor)
        # As long as time is not known, each row says so: learn it soon.
        return _EVERY_MS if self._clock.belief.quality == "trusted" else _UNTIL_TRUSTED_MS

    def _look_at_log(self) -> bool:
        """Prove some rows; close a log that the province knows otherwise. False when that met a fault."""
        try:
            self._guard.prove(self._clock.mono_ms())
            if self._has_diverged():
                log.warning("log diverged log=%s", self._guard.log_id)
                self._guard.end_log("diverged")
                self._store.know_log(self._guard.log_id)
        except LedgerError as error:
            log.error("upkeep failed why=%s", error)
            return False
        return True

    def _has_diverged(self) -> bool:
        """Whether the province's newest signed word about this log contradicts our own rows.

        A receipt is given for rows we had written before. So one for a row that we do not have, or have
        otherwise, means that this ledger comes from an older image of the card; `diverged` alone is believed
        only where our rows cannot tell.
        """
        facts = self._receipts.newest(self._guard.log_id) if self._receipts else None
        if facts is None or facts.head is None:
            return False
        if facts.through > self._guard.head.seq:
            return True
        own = self._guard.row_hash(facts.through)
        return facts.status == "diverged" if own is None else own != facts.head

    def _tidy(self, anchor: Anchor | None) -> None:
        try:
            self._store.forget_old(self._clock.now())
            gone = self._erase_sealed(anchor) + self._retain(anchor)
        except LedgerError as error:
            log.error("upkeep failed why=%s", error)
            return
        # Few rows at a time, so that an invitation never waits; at once again while there are more.
        if not gone:
            self._retention_at_ms = self._clock.mono_ms() + _RETENTION_EVERY_MS

    def _judge_clock(self, anchor: Anchor | None) -> None:
        before = self._clock.belief
        belief = judge(
            self._clock.machine(),
            kernel=self._kernel_synchronised(),
            anchor=anchor,
            floor=self._raised_floor(anchor),
            before=before,
        )
        if (belief.quality, belief.source) != (before.quality, before.source):
            log.info("clock quality=%s source=%s", belief.quality, belief.source)
        self._clock.believe(belief)

    def _raised_floor(self, anchor: Anchor | None) -> datetime:
        """No time before it is possible. Only a receipt raises it: a clock that ran wild must not."""
        try:
            if self._floor is None and self._store.is_open:
                self._floor = max(self._store.time_floor() or self._least, self._least)
            floor = self._floor or self._least
            if anchor is not None and anchor.time > floor + _FLOOR_STEP and self._store.is_open:
                self._store.raise_time_floor(anchor.time)
                self._floor = floor = anchor.time
        except LedgerError as error:
            log.error("upkeep failed why=%s", error)
            return self._floor or self._least
        return floor

    def _write_clock_row(self) -> None:
        if self._clock_rows is None or self._guard.fault is not None:
            return
        try:
            self._clock_rows.note(self._clock.now())
        except LedgerError as error:
            log.error("upkeep failed why=%s", error)

    def _tell(self, condition: Condition) -> None:
        if self._conditions is None or not self._store.is_open:
            return
        now = self._clock.now()
        told = msgspec.structs.replace(condition, clock=now.quality, clock_source=now.source)
        try:
            self._conditions.tell(told, boot=now.boot, mono_ms=now.mono_ms)
        except LedgerError as error:
            log.error("upkeep failed why=%s", error)

    def _erase_sealed(self, anchor: Anchor | None) -> int:
        """Erase the blobs that the province has had for a day, by its own time; its receipt stays."""
        machine = self._clock.machine()
        if self._sealed_receipts is None or anchor is None or anchor.boot != machine.boot:
            return 0
        before = expected(anchor, machine.mono_ms) - _SEALED_KEPT
        gone = 0
        for held in self._guard.sealed_held():
            receipts = self._sealed_receipts.given_before(before, held.log_id, held.blobs)
            if receipts:
                gone += self._guard.erase_sealed(held.path, receipts)
        return gone

    def _retain(self, anchor: Anchor | None) -> int:
        """Let rows go that the province has held longer than the retention, by the province's own time.

        A closed log goes as a whole.
        """
        if self._receipts is None or anchor is None or anchor.boot != self._clock.machine().boot:
            return 0
        before = anchor.time - self._retention
        undelivered = {held.path for held in self._guard.sealed_held()}
        for closed in self._guard.closed_logs():
            head = closed.head
            held = self._receipts.has_receipted(before, head.log_id, head.seq, head.hash)
            # A number alone says nothing of a fork: its rows may never have travelled. What a damaged log
            # had beyond its last row is lost, and was sent before that.
            if closed.damaged:
                held = held or self._receipts.has_receipted_beyond(before, head.log_id, head.seq)
            if held and closed.path not in undelivered:
                self._guard.let_closed_go(closed.path)
        newest = self._receipts.newest_before(before, self._guard.log_id)
        if newest is None or self._guard.row_hash(newest[0].through) != newest[0].head:
            return 0
        facts, jws = newest
        return self._guard.let_go(facts.through, jws.decode("ascii"))
