"""One message from a device: verified, committed, answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from device.clock import Clock, wall_text
from device.errors import ContractError
from province.ingest.alarm import AlarmCode, Raised, of_unverified, record_alarms
from province.ingest.alarm_throttle import AlarmThrottle
from province.ingest.answer import Answer, Receipts
from province.ingest.delivery import Delivery
from province.ingest.pending import Ahead, Pending
from province.ingest.rules import Rules
from province.ingest.sealed import SealedDelivery
from province.ingest.settling import settle_silent
from province.ingest.stranger import read_stranger
from province.store import logs, presence, registry
from province.store.database import Database
from sync.contract import topics
from sync.contract.envelope import Wrapped, unwrap
from sync.contract.errors import Refusable, UnknownKey, Unverified
from sync.contract.keys import KeySet, PublicKey, SigningKey
from sync.contract.messages import Hello, Ratings, Reply, Sealed, Status
from sync.contract.topics import Direction, Topic, UpName

# From this many messages in the queue on, devices are asked to pause: as long as it takes to empty it, at
# the pace of a modest machine.
CROWD = 64
PER_MESSAGE_S = 0.02
MOST_PAUSE_S = 30.0

SETTLE_EVERY_MS = 5_000

_DEFAULT_RULES = Rules()


class Ingest:
    """Takes messages one at a time; belongs to one thread. Whatever an answer says is committed by then.

    Of several on one database one leads: it knows who is online, and settles the visits that fell silent.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        key: SigningKey,
        rules: Rules = _DEFAULT_RULES,
        leads: bool = True,
    ) -> None:
        self._database = database
        self._clock = clock
        self._key = key
        self._rules = rules
        self._leads = leads
        self._keys: dict[str, KeySet] = {}
        self._pending = Pending()
        self._throttle = AlarmThrottle()
        self._settled_ms = clock.mono_ms()

    @property
    def waits(self) -> bool:
        """Whether batches wait for a gap to be filled: then `due` is to be asked often."""
        return bool(self._pending)

    @property
    def is_due(self) -> bool:
        """Whether `due` has anything to look at."""
        now_ms = self._clock.mono_ms()
        return self.waits or self._is_settling_due(now_ms) or self._throttle.is_due(now_ms)

    def due(self) -> Iterator[Answer]:
        """What is due without a message: batches that waited, alarms held back, silent visits settled.

        Raises StoreError.
        """
        now_ms = self._clock.mono_ms()
        for raised, times in self._throttle.take_due(now_ms):
            self._write_alarm(raised, times)
        if self._is_settling_due(now_ms):
            self._settled_ms = now_ms
            settle_silent(self._database, self._clock.now().wall, self._rules)
        while self._pending:
            with self._database.read() as connection:
                ends = logs.ends(connection, self._pending.logs)
            ahead = self._pending.take_next(ends, self._clock.mono_ms())
            if ahead is None:
                return
            now = self._clock.now().wall
            answer = self._verified(
                ahead.device, ahead.wrapped, ahead.payload, now, KeySet([]), patient=False
            )
            if answer is not None:
                yield answer

    def _is_settling_due(self, now_ms: int) -> bool:
        return self._leads and now_ms - self._settled_ms >= SETTLE_EVERY_MS

    def take(self, topic_name: str, payload: bytes, *, queued: int = 0) -> Answer | None:
        """Take one message; the answer to publish, if it gets one. `queued`: how many more wait to be taken.

        Raises StoreError when the database refuses: then nothing of the message has happened.
        """
        now = self._clock.now().wall
        try:
            topic = topics.parse(topic_name)
        except ContractError:
            self._alarm(Raised("", AlarmCode.BAD_TOPIC, "a message on a topic of no contract"))
            return None
        if topic.direction is not Direction.UP:
            self._alarm(Raised(topic.device, AlarmCode.BAD_TOPIC, "a message on the province's own topic"))
            return None
        with self._database.read() as connection:
            device = registry.find(connection, topic.device)
        if device is None:
            return self._stranger(topic, payload, now)
        keys = self._keys_of(device.certificate)
        try:
            wrapped = unwrap(payload, topic=topic, keys=keys)
        except Unverified as error:
            self._alarm(of_unverified(topic.device, error))
            return None
        except Refusable as error:
            return None if device.revoked_at else self._refuse(topic.device, error, now)
        if device.revoked_at is not None:
            return self._revoked(topic.device, wrapped, now)
        return self._verified(topic.device, wrapped, payload, now, keys, pause_s=_pause_s(queued))

    def note_unforeseen(self, topic_name: str) -> None:
        """Raise the alarm that a message was lost to a fault of this program. Raises StoreError."""
        try:
            device = topics.parse(topic_name).device
        except ContractError:
            device = ""
        detail = "a message that this program failed at; its log names the place"
        self._alarm(Raised(device, AlarmCode.UNFORESEEN, detail))

    def province_connected(self) -> None:
        """Forget who was online: what was heard before the province's own connection broke is stale.

        The retained words of those who are online come right after, to the one that leads. Raises StoreError.
        """
        if not self._leads:
            return
        with self._database.write() as connection:
            presence.forget_online(connection)

    def _keys_of(self, certificate: str) -> KeySet:
        keys = self._keys.get(certificate)
        if keys is None:
            keys = self._keys[certificate] = KeySet([PublicKey.from_certificate(certificate.encode("ascii"))])
        return keys

    def _stranger(self, topic: Topic, payload: bytes, now: datetime) -> Answer | None:
        """A client of our CA that nobody registered: told so if it says hello, otherwise only alarmed."""
        try:
            unwrap(payload, topic=topic, keys=KeySet([]))
        except UnknownKey:
            self._alarm(Raised(topic.device, AlarmCode.UNKNOWN_DEVICE, "a device that nobody registered"))
        except Unverified as error:
            self._alarm(of_unverified(topic.device, error))
            return None
        hello = read_stranger(payload) if topic.name is UpName.HELLO else None
        if hello is None:
            return None
        return self._receipts(topic.device, hello.id, hello.session, now).unknown_device()

    def _revoked(self, device: str, wrapped: Wrapped, now: datetime) -> Answer | None:
        """A device that was shut out, before the broker was told or past it: nothing of it is taken."""
        self._alarm(Raised(device, AlarmCode.REVOKED_DEVICE, "a device that was shut out still speaks"))
        if not isinstance(wrapped.message, Hello):
            return None
        return self._receipts(device, wrapped.event.id, wrapped.message.session, now).revoked()

    def _refuse(self, device: str, error: Refusable, now: datetime) -> Answer:
        raised = Raised(device, AlarmCode.UNREADABLE, "a message, signed by the device, that cannot be read")
        self._alarm(raised)
        with self._database.read() as connection:
            session = error.session or presence.find(connection, device).session or ""
        return self._receipts(device, error.re, session, now).refused(error.why)

    def _verified(
        self,
        device: str,
        wrapped: Wrapped,
        payload: bytes,
        now: datetime,
        keys: KeySet,
        *,
        patient: bool = True,
        pause_s: float | None = None,
    ) -> Answer | None:
        message = wrapped.message
        with self._database.write() as connection:
            presence.record(connection, device, seen_at=wall_text(now))
            if isinstance(message, Hello):
                session = message.session
            else:
                session = presence.find(connection, device).session or ""
            receipts = self._receipts(device, wrapped.event.id, session, now, pause_s)
            delivery = Delivery(connection, device, receipts, now, self._rules)
            match message:
                case Hello():
                    answer: Answer | None = delivery.hello(message)
                case Ratings():
                    answer = delivery.ratings(message, payload, patient=patient)
                case Status():
                    answer = None
                    delivery.status(message, keys)
                case Reply():
                    answer = None
                    delivery.reply(message)
                case Sealed():
                    answer = SealedDelivery(connection, device, receipts, now).take(message, payload)
                case _:
                    raise TypeError(f"{type(message).__name__} is no message of a device")
        if answer is None and isinstance(message, Ratings):
            self._pending.keep(Ahead(device, wrapped, message, payload, self._clock.mono_ms()))
        return answer

    def _receipts(
        self, device: str, re: str, session: str, now: datetime, pause_s: float | None = None
    ) -> Receipts:
        # An id may be longer than a receipt can repeat; then the device knows its receipt by the log.
        return Receipts(device, re=re[:64], session=session, now=now, key=self._key, pause_s=pause_s)

    def _alarm(self, raised: Raised) -> None:
        if self._throttle.is_first(raised, self._clock.mono_ms()):
            self._write_alarm(raised, 1)

    def _write_alarm(self, raised: Raised, times: int) -> None:
        with self._database.write() as connection:
            record_alarms(connection, [raised], self._clock.now().wall, times=times)


def _pause_s(queued: int) -> float | None:
    return None if queued < CROWD else min(queued * PER_MESSAGE_S, MOST_PAUSE_S)
