"""The agent: the loop that carries the ledger to the province."""

from __future__ import annotations

import logging
import secrets
from collections import deque
from collections.abc import Callable
from datetime import datetime

from device.clock import Clock, Moment
from device.errors import ContractError, SyncError
from device.province_time import Anchor
from sync import mqtt
from sync.agent import protocol
from sync.agent.advancing import advance
from sync.agent.device_condition import DeviceCondition
from sync.agent.freight import Freight
from sync.agent.head_signer import HeadSigner
from sync.agent.identity import Identity
from sync.agent.line import Line, OpenLink
from sync.agent.logs import Logs
from sync.agent.post import Letter, Post
from sync.agent.province_word import ProvinceWord
from sync.agent.sealed_carrier import SealedCarrier
from sync.agent.session import Pace, Phase, Session
from sync.agent.state_log import StateLog
from sync.agent.status_report import StatusReport
from sync.agent.steering import Steering
from sync.agent.store import SyncStore
from sync.agent.watermarks import Watermarks
from sync.backoff import Backoff
from sync.contract.envelope import unwrap
from sync.contract.errors import Refusable
from sync.contract.messages import Order, Receipt, Settings
from sync.contract.topics import DownName, parse


class Agent:
    """One thread; `turn` is one round of its loop. Nothing that happens outside ends it but `stop`.

    `alive`: called after each turn.
    """

    def __init__(
        self,
        *,
        identity: Identity,
        logs: Logs,
        store: SyncStore,
        post: Post,
        open_link: OpenLink,
        clock: Clock,
        backoff: Backoff,
        pace: Pace,
        batch_rows: int,
        poll_ms: int,
        word: ProvinceWord,
        alive: Callable[[], None] = lambda: None,
        condition: Callable[[], DeviceCondition] = DeviceCondition,
        learn_time: Callable[[Anchor], None] = lambda _: None,
    ) -> None:
        """`condition`: how the device is now. `learn_time` is told the time that each receipt proves."""
        self._identity = identity
        self._logs = logs
        self._ledger = logs.active
        self._store = store
        self._post = post
        self._clock = clock
        self._pace = pace
        self._poll_s = poll_ms / 1000
        self._alive = alive
        self._learn_time = learn_time
        self._signer = HeadSigner(store=store, key=identity.key, clock=clock)
        self._report = StatusReport(post=post, signer=self._signer, condition=condition)
        self._marks = Watermarks(logs=logs, store=store)
        self._sealed = SealedCarrier(logs=logs, store=store, pace=pace)
        self._session = Session()
        self._stopping = False
        self._said = StateLog(logging.getLogger(__name__))
        self._line = Line(open_link=open_link, clock=clock, backoff=backoff, said=self._said)
        self._freight = Freight(
            logs=logs, marks=self._marks, post=post, clock=clock, said=self._said, most_rows=batch_rows
        )
        self._steering = Steering(word=word, clock=clock, said=self._said)

    @property
    def connecting(self) -> bool:
        """In a connect, which may take some seconds. Any thread."""
        return self._line.connecting

    def run(self) -> None:
        """Carry until `stop`; then tell the province that the device goes, and close the link."""
        try:
            while not self._stopping:
                self.turn()
                self._alive()
        finally:
            self._leave()

    def stop(self) -> None:
        """End `run` at its next turn. Any thread, or a signal handler."""
        self._stopping = True
        self._line.wake()

    def turn(self) -> None:
        """Take what came within the poll time, then look at the ledger and the clock."""
        self._sign_head()
        if not self._line.is_up:
            self._try_connect()
        for event in self._line.events(self._poll_s):
            self._take(event)
        if self._line.is_up:
            self._look()

    # The link

    def _try_connect(self) -> None:
        now_ms = self._clock.mono_ms()
        head = self._ledger.head(now_ms)
        if head is None or not self._line.is_due(now_ms):
            return
        session = secrets.token_hex(8)
        will = self._post.status(
            session, online=False, head=head, queue=self._marks.queue(self._session, head)
        )
        if not self._line.connect(mqtt.Will(will.topic, will.payload)):
            return
        self._report.begin()
        self._steering.begin_session()
        watermark = min(self._marks.of(self._session, head.log_id), head.seq)
        closed = self._marks.closed_stands()
        self._sealed.begin()
        self._sealed.tidy([head.log_id, *(log.log_id for log in closed)])
        at_ms, left_out = self._clock.mono_ms(), self._logs.left_out
        self._feed(protocol.Connected(session, head.log_id, watermark, head.seq, at_ms, closed, left_out))

    def _drop(self, why: str) -> protocol.Lost:
        """Give up the link, if there is one; the session is to be told that it is lost."""
        if self._line.is_up:
            self._line.drop(why)
            self._steering.link_lost()
        return protocol.Lost()

    def _leave(self) -> None:
        head = self._ledger.head(self._clock.mono_ms())
        if self._line.is_up and head is not None:
            # DISCONNECT keeps the will from being published: what it would say is said here.
            self._publish(
                self._post.status(
                    self._session.id, online=False, head=head, queue=self._marks.queue(self._session, head)
                ),
                retain=True,
            )
        self._line.close()

    def _publish(self, letter: Letter, *, retain: bool = False) -> bool:
        return self._line.hand_over(letter, retain=retain) is not None

    # What comes in

    def _take(self, event: mqtt.LinkEvent) -> None:
        if isinstance(event, mqtt.Published):
            self._steering.published(event)
        match event:
            case mqtt.Received(topic, payload):
                self._receive(topic, payload)
            case mqtt.Disconnected(why):
                self._feed(self._drop(why))
            case mqtt.Published(_, reason) if reason >= mqtt.FIRST_FAILURE:
                self._said.trouble("broker", f"refuses messages: reason {reason:#x}")
            case mqtt.Published(_, mqtt.NO_MATCHING_SUBSCRIBERS):
                self._said.trouble("broker", "passes messages to nobody: the province is not there")
            case mqtt.Published():
                self._said.well("broker", "passes messages on")
            case mqtt.Connected():
                pass

    def _receive(self, topic: str, payload: bytes) -> None:
        try:
            message = unwrap(payload, topic=parse(topic), keys=self._identity.province).message
        except ContractError as error:
            self._said.trouble("message", f"ignored: {error}")
            if isinstance(error, Refusable) and parse(topic).name is not DownName.RECEIPT:
                self._steering.ignored(error)
            return
        match message:
            case Receipt():
                self._take_receipt(message, payload)
            case Settings() | Order():
                self._steering.take(message, payload, session=self._session.id)

    def _take_receipt(self, receipt: Receipt, payload: bytes) -> None:
        head = self._ledger.head(self._clock.mono_ms())
        if receipt.session != self._session.id or head is None:
            return
        arrived = self._clock.now()
        self._learn_time(Anchor(datetime.fromisoformat(receipt.time), arrived.boot, arrived.mono_ms))
        if self._sealed.answered(receipt, payload, arrived.mono_ms):
            return
        log_id = receipt.log_id or self._session.log_id
        own_hash = self._logs.hash_of(log_id, receipt.through)
        gone = own_hash is None and self._logs.is_gone(log_id, receipt.through)
        moved_to = self._feed(protocol.Answered(receipt, own_hash, arrived.mono_ms, gone))
        self._keep(receipt, payload, arrived, log_id, moved_to)

    def _keep(
        self, receipt: Receipt, token: bytes, arrived: Moment, log_id: str, moved_to: int | None
    ) -> None:
        hash = None if moved_to is None else self._logs.hash_of(log_id, moved_to)
        try:
            with self._store.transaction():
                self._store.keep_receipt(receipt, token, arrived)
                if moved_to is not None and hash is not None:
                    self._store.move_watermark(log_id, moved_to, hash)
        except SyncError as error:
            self._said.trouble("store", f"receipts are not kept: {error}")
        else:
            self._said.well("store", "receipts are kept")

    def _look(self) -> None:
        now_ms = self._clock.mono_ms()
        head = self._ledger.head(now_ms)
        if head is not None and head.log_id != self._session.active:
            self._feed(self._drop("another log has begun"))
            return
        self._feed(protocol.Tick(0 if head is None else head.seq, now_ms))
        changed = self._steering.look()
        self._steering.send(lambda reply: self._line.hand_over(self._post.reply(reply)))
        self._send_sealed(now_ms)
        if changed:
            self._report.begin()
        if head is not None:
            letter = self._report.due(
                self._session.id, head=head, queue=self._marks.queue(self._session, head), now_ms=now_ms
            )
            if letter is not None:
                self._publish(letter, retain=True)

    def _send_sealed(self, now_ms: int) -> None:
        """Sealed blobs, while no rating waits for anything."""
        session = self._session
        if session.phase is not Phase.CARRYING or not session.all_receipted:
            return
        if now_ms < session.paused_until_ms:
            return
        logs = [*(log.log_id for log in self._logs.closed_before()), session.active]
        for parcel in self._sealed.due(
            [(log_id, self._marks.of(self._session, log_id)) for log_id in logs], now_ms
        ):
            if self._publish(self._post.sealed(parcel.log_id, parcel.blob)):
                self._sealed.sent(parcel, now_ms)

    def _sign_head(self) -> None:
        now_ms = self._clock.mono_ms()
        head = self._ledger.head(now_ms)
        if head is None:
            return
        try:
            self._signer.look(head, self._marks.of(self._session, head.log_id), now_ms)
        except SyncError as error:
            self._said.trouble("heads", f"signed heads are not kept: {error}")
        else:
            self._said.well("heads", "signed heads are kept")

    # The session

    def _feed(self, event: protocol.Event) -> int | None:
        """Advance the session, do what it wants done and tell it so; where the watermark went, if it did."""
        moved_to = None
        events = deque([event])
        while events:
            before = self._session.phase
            self._session, actions = advance(self._session, events.popleft(), self._pace)
            if self._session.phase is Phase.CARRYING and before is not Phase.CARRYING:
                self._line.is_well()
            for action in actions:
                if isinstance(action, protocol.MoveWatermark):
                    moved_to = action.seq
                done = self._do(action)
                if done is not None:
                    events.append(done)
        return moved_to

    def _do(self, action: protocol.Action) -> protocol.Event | None:
        match action:
            case protocol.SendHello():
                return self._send_hello()
            case protocol.SendBatch(after):
                return self._send_batch(after)
            case protocol.MoveWatermark():
                pass  # written by whoever fed the receipt, together with it
            case protocol.Shelve(log_id, fault, why):
                self._said.trouble(log_id, f"closed log is not taken: {fault}: {why}")
                self._freight.forget(log_id)
            case protocol.LookAtClosed():
                return protocol.ClosedSeen(self._marks.closed_stands(), self._logs.left_out)
            case protocol.Rebuild(why):
                return self._drop(why)
            case protocol.Report(None, _):
                self._said.well("province", "takes rows")
            case protocol.Report(fault, why):
                self._said.trouble("province", f"{fault}: {why}")
        return None

    def _send_hello(self) -> protocol.Event | None:
        letter = self._freight.hello(self._session)
        if letter is None or not self._publish(letter):
            return None
        return protocol.HelloSent(letter.id, left_out=self._freight.left_out)

    def _send_batch(self, after: int) -> protocol.Event | None:
        loaded = self._freight.batch(self._session, after)
        if isinstance(loaded, protocol.NotSent):
            return loaded
        letter, last = loaded
        if not self._publish(letter):
            return None
        return protocol.BatchSent(letter.id, last, self._clock.mono_ms())
