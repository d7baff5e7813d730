"""One verified message of a device, taken within one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from device.clock import wall_text
from device.errand import COLLECT_LOGS
from device.errors import ContractError
from province.ingest.alarm import AlarmCode, Raised, record_alarms
from province.ingest.announced import Announcements
from province.ingest.answer import Answer, Receipts
from province.ingest.boots import check_boot
from province.ingest.commit import commit_rows, known_hashes
from province.ingest.loss import Loss, newly_declared
from province.ingest.mark import Mark
from province.ingest.rules import Rules
from province.ingest.timing import learn_from_hello
from province.ingest.verdict import Accept, Diverged, Head, Quarantine, Resend, has_diverged, judge
from province.phone_log import phone_log
from province.roster import condition_text
from province.store import blobs, logs, losses, orders, presence, quarantine, settings
from province.store.logs import Log
from sync.contract.batch import check_batch
from sync.contract.keys import KeySet
from sync.contract.messages import VERSION, Hello, LogState, Ratings, Reply, Status

MOST_LOGS = 256
"""Of one device: it begins another only when one is damaged or not the one that is held here."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a message of `device` changes. The answers become true when the transaction is committed.

    `rescued`: a technician says it in the place of the device, off its card: the rows are marked.
    """

    connection: sa.Connection
    device: str
    receipts: Receipts
    now: datetime
    rules: Rules
    rescued: bool = False

    def status(self, status: Status, keys: KeySet) -> None:
        """How the device is; `keys` are its own. Not answered."""
        announcements = Announcements(self.connection, self.device, self.now)
        record_alarms(self.connection, announcements.take(status, keys), self.now)
        before = presence.find(self.connection, self.device)
        if not status.online and status.session != before.online_session:
            return  # the will of a session that a later one has taken the place of
        self._note(
            online=status.online,
            online_session=status.session,
            queue=status.queue,
            clock=status.clock,
            software=status.software,
        )
        if status.online:  # a will was written when the session began, before what is known or in force since
            self._note(
                condition=condition_text(status),
                settings_version=status.settings_version,
                settings_known=status.settings_known,
                assignment=status.assignment,
            )

    def hello(self, hello: Hello) -> Answer:
        """A device begins: told where its active log stands here."""
        if VERSION not in hello.contract:
            return self.receipts.refused(f"contract versions {hello.contract}; spoken here: {VERSION}")
        active = [state for state in hello.logs if state.log_id == hello.active]
        if len(active) != 1:
            return self.receipts.refused(
                f"the active log is {len(active)} times among the logs; must be once"
            )
        again = presence.find(self.connection, self.device).session == hello.session
        self._note(
            session=hello.session,
            clock=hello.clock,
            software=hello.software,
            settings_version=hello.settings_version,
            settings_known=hello.settings_known or None,
            assignment=hello.assignment,
        )
        learn_from_hello(self.connection, self.device, hello, self.now)
        record_alarms(self.connection, check_boot(self.connection, self.device, hello, self.now), self.now)
        # In one order, so that two transactions never wait for each other.
        stands = sorted(hello.logs, key=lambda state: state.log_id)
        answers = {
            state.log_id: self._stands(state, active=state is active[0], again=again) for state in stands
        }
        announcements = Announcements(self.connection, self.device, self.now)
        record_alarms(self.connection, announcements.check_hello(hello.logs, hello.session), self.now)
        self._note(receipt_at=wall_text(self.now))
        first = answers.pop(hello.active)
        return replace(first, beside=tuple(answers.values()))

    def ended_log(self, announced: LogState) -> Answer:
        """Where a log stands here that its device goes on with no more; what is lost of it is taken down."""
        return self._stands(announced, active=False, again=True)

    def _stands(self, announced: LogState, *, active: bool, again: bool) -> Answer:
        """Where one of the announced logs stands here; what is lost of it is taken down.

        `again`: hello was said before in its session. It may be taken after rows that came later, by another
        worker: that less is announced than held says nothing then.
        """
        held = self._own_log(announced.log_id, active=active)
        if isinstance(held, Answer):
            return held
        head = Head(held.seq, held.head)
        if active and not again and has_diverged(head, announced):
            self._alarm(
                AlarmCode.DIVERGED,
                f"log {held.log_id}: committed to row {head.seq}, announced to row {announced.head_seq}",
            )
            return self.receipts.diverged(held.log_id, head)
        if not active:
            losses.end(
                self.connection,
                held.log_id,
                state=announced.state,
                prior=announced.prior,
                why=announced.why,
                at=wall_text(self.now),
            )
        self._take_down_losses(announced, head)
        return self.receipts.held(held.log_id, head)

    def _take_down_losses(self, announced: LogState, head: Head) -> None:
        log_id = announced.log_id
        new = newly_declared(announced, losses.declared(self.connection, log_id), head.seq)
        losses.declare(self.connection, log_id, new, at=wall_text(self.now))
        for held, code in ((True, AlarmCode.HELD_DECLARED_LOST), (False, AlarmCode.DECLARED_LOSS)):
            said = [loss for loss in new if loss.held is held]
            if said:
                self._alarm(code, f"log {log_id}: {_rows(said)}")

    def ratings(self, batch: Ratings, payload: bytes, *, patient: bool) -> Answer | None:
        """Rows of a log; `payload`: the message as it came, kept if it contradicts what is committed.

        None for rows ahead of the log, when the caller is `patient` and keeps them until the gap is filled.
        """
        span = f"log {batch.log_id}: rows {batch.first} to {batch.last}"
        try:
            if batch.first < 1:
                raise ContractError("rows begin at 1")
            check_batch(batch)
        except ContractError as error:
            self._alarm(AlarmCode.BROKEN_BATCH, span)
            return self.receipts.refused(str(error))
        held = self._own_log(batch.log_id)
        if isinstance(held, Answer):
            return held
        if not self.rescued:
            self._note(receipt_at=wall_text(self.now))
        head = Head(held.seq, held.head)
        lost = losses.declared(self.connection, batch.log_id)
        if batch.after_loss:
            if not lost.declared(batch.first - 1):
                self._alarm(AlarmCode.UNDECLARED_LOSS, span)
                return self.receipts.refused(f"row {batch.first - 1} was not declared lost")
            missing = lost.undeclared(head.seq + 1, batch.first - 1)
            if missing:
                return self.receipts.resend(held.log_id, head, missing[0][0])
            if batch.first > head.seq + 1:
                # What is lost cannot be proven: the chain goes on from the hash that the device remembers.
                head = Head(batch.first - 1, batch.prev)
        match judge(head, batch, known_hashes(self.connection, batch, held.seq)):
            case Accept(new, repeated, end):
                marks = (Mark.RESCUED,) if self.rescued else ()
                raised = commit_rows(
                    self.connection, held, new, self.now, self.rules, losses=lost, marks=marks
                )
                record_alarms(self.connection, raised, self.now)
                if repeated:
                    logs.count_repeated(self.connection, held.log_id, repeated)
                if not new and losses.has_ended(self.connection, held.log_id):
                    # The head may be that of rows which this device does not have, or has otherwise.
                    return self.receipts.held(held.log_id, Head(batch.last, batch.head))
                logs.advance(self.connection, held.log_id, seq=end.seq, head=end.hash)
                return self.receipts.held(held.log_id, end)
            case Resend(from_seq):
                if patient:
                    return None
                return self.receipts.resend(held.log_id, head, from_seq)
            case Quarantine(end):
                logs.advance(self.connection, held.log_id, seq=end.seq, head=end.hash)
                return self._quarantined(batch, payload, span)
            case Diverged():
                if losses.has_ended(self.connection, held.log_id):
                    return self._quarantined(batch, payload, span)
                self._alarm(AlarmCode.DIVERGED, span)
                return self.receipts.diverged(held.log_id, head)

    def reply(self, reply: Reply) -> None:
        """What became of settings or of an order. Not answered."""
        if reply.outcome == "ignored":
            self._alarm(AlarmCode.REPLAYED, "the device ignored what was not meant for it, or not for now")
            self._renumber(reply)
        elif reply.order is None and reply.blob is not None:
            self._alarm(AlarmCode.BLOB_REFUSED, "the device cannot take a picture: larger, or another one")
        elif reply.order is not None:
            at = wall_text(self.now)
            if reply.blob is not None and orders.awaits(
                self.connection, reply.order, device=self.device, kind=COLLECT_LOGS
            ):
                blobs.ask_bundle(
                    self.connection,
                    self.device,
                    sha256=reply.blob.sha256,
                    size=reply.blob.size,
                    order=reply.order,
                    at=at,
                )
            orders.note_reply(
                self.connection, self.device, reply.order, outcome=reply.outcome, why=reply.why, at=at
            )
        elif reply.settings is not None:
            settings.note_refused(self.connection, self.device, reply.settings, reply.why or reply.outcome)
            self._alarm(AlarmCode.SETTINGS_REFUSED, f"settings {reply.settings}: the device cannot take them")

    def _renumber(self, reply: Reply) -> None:
        """Settings that were ignored: a province restored from a backup gave them a number used before."""
        known = presence.find(self.connection, self.device).settings_known or 0
        if reply.settings is not None and reply.settings <= known:
            settings.give_next_number(self.connection, self.device, reply.settings, at=wall_text(self.now))

    def _own_log(self, log_id: str, *, active: bool = True) -> Log | Answer:
        """The log, locked; the refusal, alarmed, when it is another device's or one too many.

        Only a refusal about a log that is not `active` names it: any other stops the device.
        """
        named = None if active else log_id
        if log_id == phone_log(self.device):
            self._alarm(AlarmCode.FOREIGN_LOG, f"log {log_id}: is the province's own")
            return self.receipts.refused("this log is the province's own", log_id=named)
        held = logs.find_locked(self.connection, log_id)
        if held is None:
            if logs.count_of(self.connection, self.device) >= MOST_LOGS:
                self._alarm(AlarmCode.TOO_MANY_LOGS, f"more than {MOST_LOGS} logs")
                return self.receipts.refused(f"the device has begun {MOST_LOGS} logs", log_id=named)
            held = logs.lock(self.connection, log_id, device=self.device, at=wall_text(self.now))
        if held.device == self.device:
            return held
        self._alarm(AlarmCode.FOREIGN_LOG, f"log {log_id}: belongs to {held.device}")
        return self.receipts.refused("this log is another device's", log_id=named)

    def _quarantined(self, batch: Ratings, payload: bytes, span: str) -> Answer:
        self._set_aside(batch, payload)
        self._alarm(AlarmCode.CONFLICT, span)
        why = f"rows {batch.first} to {batch.last} contradict what is held here; they are kept aside"
        return self.receipts.quarantined(batch.log_id, Head(batch.last, batch.head), why)

    def _set_aside(self, batch: Ratings, payload: bytes) -> None:
        quarantine.keep(
            self.connection,
            log_id=batch.log_id,
            first=batch.first,
            hashes=[row["hash"] for row in batch.rows],
            device=self.device,
            raw=payload,
            at=wall_text(self.now),
        )
        logs.mark_quarantined(self.connection, batch.log_id)

    def _note(self, **changed: object) -> None:
        presence.record(self.connection, self.device, **changed)

    def _alarm(self, code: AlarmCode, detail: str) -> None:
        record_alarms(self.connection, [Raised(self.device, code, detail)], self.now)


def _rows(said: Sequence[Loss]) -> str:
    first, last = said[0].first, said[-1].last
    if len(said) == 1:
        return f"rows {first} to {last}"
    number = sum(loss.last - loss.first + 1 for loss in said)
    return f"{number} rows in {len(said)} ranges from {first} to {last}"
