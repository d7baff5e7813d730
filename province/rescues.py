"""Rescues: what is on the card of a dead device, taken on a technician's word as if sent by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from device.clock import Clock, wall_text
from device.errors import ContractError
from province.errors import Declined
from province.ingest.alarm import AlarmCode, Raised, record_alarms
from province.ingest.answer import Answer, Receipts
from province.ingest.delivery import Delivery
from province.ingest.rules import Rules
from province.ingest.sealed import SealedDelivery
from province.store import logs, losses, quarantine, ratings, registry, rescues, sealed, technicians
from province.store.database import Database
from province.store.logs import Log
from province.store.rescues import RescueNote
from province.store.technicians import Technician
from sync.contract.keys import KeySet, PublicKey, SigningKey
from sync.contract.messages import Ratings
from sync.contract.rescue import Rescue, open_rescue, signer_of
from sync.contract.sealed import blob_hash, blob_of

RESCUED = "rescued"
"""How a log ended whose device died over it; beside "closed" and "damaged", by the device's own word."""

SESSION = "rescue"
"""The session of receipts that no device asked for: none has a session of this name."""

_DEFAULT_RULES = Rules()


@dataclass(frozen=True, slots=True)
class Held:
    """Where a log stands here: `through`, `head` of the last row; None and 0 where nobody announced it."""

    device: str | None
    through: int
    head: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What was made of a rescue. `rows`: committed now; `aside`: now in quarantine; `blobs`: kept now.

    `receipts`: as the device would have been given them, each signed: of the rows, then of each blob.
    """

    receipts: tuple[str, ...]
    rows: int
    aside: int
    blobs: int

    def to_json(self) -> dict[str, Any]:
        """As it travels."""
        return {"receipts": self.receipts, "rows": self.rows, "aside": self.aside, "blobs": self.blobs}


class Rescues:
    """Takes rescues, each in one transaction. Any thread."""

    def __init__(
        self, database: Database, *, clock: Clock, key: SigningKey, rules: Rules = _DEFAULT_RULES
    ) -> None:
        self._database = database
        self._clock = clock
        self._key = key
        self._rules = rules

    def held(self, log_id: str) -> Held:
        """Where a log stands here. Raises StoreError."""
        with self._database.read() as connection:
            found = logs.find(connection, log_id)
        return Held(None, 0, None) if found is None else Held(found.device, found.seq, found.head)

    def take(self, statement: str, *, brought_by: str | None = None) -> Taken:
        """What a statement (sync.contract.rescue) brings; the same again brings nothing more.

        `brought_by`: the technician who must have signed it; None: any who may act. Raises Declined, then
        nothing of it has happened but an alarm; StoreError.
        """
        now = self._clock.now().wall
        try:
            kid = signer_of(statement)
        except ContractError as error:
            raise Declined("rescue_unusable", f"this is no rescue: {error}", why=str(error)) from None
        with self._database.write() as connection:
            technician = _acting(connection, kid, brought_by)
            rescue = _opened(statement, technician)
            if registry.find(connection, rescue.device) is None:
                raise Declined(
                    "not_registered",
                    f"no device {rescue.device} is registered here; see `chuangping province devices list`",
                    device=rescue.device,
                )
            log = logs.find_locked(connection, rescue.log.log_id)
            if log is None or log.device == rescue.device:
                return _Taking(connection, rescue, statement, now, self._key, self._rules).done(technician)
            what = f"log {log.log_id}: belongs to {log.device}"
            record_alarms(connection, [Raised(rescue.device, AlarmCode.FOREIGN_LOG, what)], now)
        raise Declined(
            "log_elsewhere",
            f"log {log.log_id} is that of device {log.device}, not of {rescue.device};"
            " is this the card of that device?",
            log=log.log_id,
            device=log.device,
        )


@dataclass(frozen=True, slots=True)
class _Taking:
    """One rescue within its transaction."""

    connection: sa.Connection
    rescue: Rescue
    statement: str
    now: datetime
    key: SigningKey
    rules: Rules

    def done(self, technician: Technician) -> Taken:
        rescue, said = self.rescue, self.rescue.log
        ended = said.state if said.state in {"closed", "damaged"} else RESCUED
        receipts = self._receipts(rescue.id)
        delivery = Delivery(self.connection, rescue.device, receipts, self.now, self.rules, rescued=True)
        log = msgspec.structs.replace(said, state=ended, why=said.why or f"rescued by {technician.name}")
        answers = [delivery.ended_log(log)]
        held_log = logs.find(self.connection, said.log_id)
        if held_log is None:  # one more than a device may have: refused, and alarmed
            return Taken((answers[0].payload.decode("ascii"),), 0, 0, 0)
        rows = aside = 0
        if rescue.ratings is not None:
            batch = self._placed(rescue.ratings, held_log)
            held, kept = self._known(batch)
            answer = delivery.ratings(batch, self.statement.encode("ascii"), patient=False)
            assert answer is not None  # of an impatient caller each batch is answered
            answers = [answer]
            held_now, kept_now = self._known(batch)
            rows, aside = held_now - held, kept_now - kept
        blobs, blob_answers = self._blobs()
        answers += blob_answers
        if rows or aside or blobs:
            rescues.record(self.connection, self._note(technician, rows=rows, aside=aside, blobs=blobs))
        return Taken(tuple(a.payload.decode("ascii") for a in answers), rows, aside, blobs)

    def _placed(self, batch: Ratings, held: Log) -> Ratings:
        """The batch, behind what is declared lost if it does not follow what is held here."""
        gone = losses.declared(self.connection, batch.log_id)
        after_loss = batch.first > held.seq + 1 and gone.declared(batch.first - 1)
        return msgspec.structs.replace(batch, after_loss=after_loss)

    def _blobs(self) -> tuple[int, list[Answer]]:
        """How many are kept now, and what each is answered."""
        kept, answers = 0, []
        log_id = self.rescue.log.log_id
        for message in self.rescue.sealed:
            sha256 = blob_hash(*blob_of(message))
            before = sealed.find(self.connection, log_id, sha256)
            delivery = SealedDelivery(self.connection, self.rescue.device, self._receipts(sha256), self.now)
            answers.append(delivery.take(message, self.statement.encode("ascii")))
            if before is None and sealed.find(self.connection, log_id, sha256) is not None:
                kept += 1
        return kept, answers

    def _known(self, batch: Ratings) -> tuple[int, int]:
        """How many rows of the batch's places are committed, and in how many forms some are aside."""
        where = batch.log_id, batch.first, batch.last
        aside = quarantine.hashes(self.connection, *where)
        return len(ratings.hashes(self.connection, *where)), sum(len(forms) for forms in aside.values())

    def _note(self, technician: Technician, *, rows: int, aside: int, blobs: int) -> RescueNote:
        batch = self.rescue.ratings
        return RescueNote(
            technician=technician.name,
            device=self.rescue.device,
            log_id=self.rescue.log.log_id,
            first=None if batch is None else batch.first,
            last=None if batch is None else batch.last,
            rows=rows,
            aside=aside,
            blobs=blobs,
            at=wall_text(self.now),
        )

    def _receipts(self, re: str) -> Receipts:
        return Receipts(self.rescue.device, re=re, session=SESSION, now=self.now, key=self.key)


def _acting(connection: sa.Connection, kid: str, wanted: str | None) -> Technician:
    found = technicians.find_by_key(connection, kid)
    if found is None or wanted not in {None, found.name}:
        raise Declined("technician_unknown", "it is signed by a key that is no technician's, or another's")
    if found.disabled_at is not None:
        raise Declined(
            "technician_disabled",
            f"technician {found.name} may act no more since {found.disabled_at}; ask the office",
            technician=found.name,
        )
    return found


def _opened(statement: str, technician: Technician) -> Rescue:
    keys = KeySet([PublicKey.from_certificate(technician.certificate.encode("ascii"))])
    try:
        rescue = open_rescue(statement, keys)
        for message in rescue.sealed:
            blob_of(message)
        return rescue
    except ContractError as error:
        raise Declined("rescue_unusable", f"the rescue cannot be read: {error}", why=str(error)) from None
