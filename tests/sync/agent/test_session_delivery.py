"""Whatever is lost, doubled or overtaken on the way: every row reaches the province once, in order."""

from __future__ import annotations

import itertools
from collections import deque

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sync.agent import protocol
from sync.agent.advancing import advance
from sync.agent.session import Pace, Phase, Session
from sync.contract.messages import Receipt
from tests.sync.agent.province_model import LOG_ID, Batch, Hello, ProvinceModel, hash_of

BATCH_ROWS = 3
PACE = Pace(window=3, watchdog_ms=30_000)


class Delivery(RuleBasedStateMachine):
    """A session, a ledger that grows, a province, and two unreliable ways between them."""

    def __init__(self) -> None:
        super().__init__()
        self.session = Session()
        self.province = ProvinceModel()
        self.head = 0
        self.now_ms = 0
        self.stored_watermark = 0
        self.up: list[Hello | Batch] = []
        self.down: list[Receipt] = []
        self.received: list[Receipt] = []
        self.ids = (f"m-{n}" for n in itertools.count())

    def feed(self, event: protocol.Event) -> None:
        events = deque([event])
        while events:
            self.session, actions = advance(self.session, events.popleft(), PACE)
            events.extend(done for action in actions if (done := self.do(action)) is not None)

    def do(self, action: protocol.Action) -> protocol.Event | None:
        match action:
            case protocol.SendHello():
                self.up.append(Hello(next(self.ids), self.session.id))
                return protocol.HelloSent(self.up[-1].id)
            case protocol.SendBatch(after):
                last = min(after + BATCH_ROWS, self.head)
                assert last > after, "there is nothing to send"
                self.up.append(Batch(next(self.ids), after + 1, last))
                return protocol.BatchSent(self.up[-1].id, last, self.now_ms)
            case protocol.MoveWatermark(seq):
                self.stored_watermark = seq
            case protocol.Rebuild():
                return protocol.Lost()
            case protocol.Report(fault, why):
                raise AssertionError(f"no fault was made: {fault} {why}")
        return None

    def exchange(self) -> None:
        """Everything on its way arrives, in order."""
        self.down += [self.province.take(message) for message in self.up]
        self.up.clear()
        for receipt in self.down:
            self.take_receipt(receipt)
        self.down.clear()

    def take_receipt(self, receipt: Receipt) -> None:
        self.received.append(receipt)
        own_hash = hash_of(receipt.through) if receipt.through <= self.head else None
        self.feed(protocol.Answered(receipt, own_hash, self.now_ms))

    @rule(rows=st.integers(1, 8))
    def rate(self, rows: int) -> None:
        self.head += rows

    @rule(ms=st.sampled_from([100, 1_000, 5_000, 40_000]))
    def wait(self, ms: int) -> None:
        self.now_ms += ms
        self.feed(protocol.Tick(self.head, self.now_ms))

    @rule()
    def connect(self) -> None:
        """Also over a connection that stands: messages of the one before are still on their way."""
        self.feed(protocol.Lost())
        self.feed(protocol.Connected(next(self.ids), LOG_ID, self.stored_watermark, self.head, self.now_ms))

    @rule()
    def lose_connection(self) -> None:
        self.feed(protocol.Lost())

    @precondition(lambda self: self.up)
    @rule(data=st.data(), twice=st.booleans())
    def deliver_message(self, data: st.DataObject, twice: bool) -> None:
        index = data.draw(st.integers(0, len(self.up) - 1))
        message = self.up[index] if twice else self.up.pop(index)
        self.down.append(self.province.take(message))

    @precondition(lambda self: self.up)
    @rule(data=st.data())
    def lose_message(self, data: st.DataObject) -> None:
        self.up.pop(data.draw(st.integers(0, len(self.up) - 1)))

    @precondition(lambda self: self.down)
    @rule(data=st.data(), twice=st.booleans())
    def deliver_receipt(self, data: st.DataObject, twice: bool) -> None:
        index = data.draw(st.integers(0, len(self.down) - 1))
        self.take_receipt(self.down[index] if twice else self.down.pop(index))

    @precondition(lambda self: self.down)
    @rule(data=st.data())
    def lose_receipt(self, data: st.DataObject) -> None:
        self.down.pop(data.draw(st.integers(0, len(self.down) - 1)))

    @precondition(lambda self: self.received)
    @rule(data=st.data())
    def replay_receipt(self, data: st.DataObject) -> None:
        self.take_receipt(data.draw(st.sampled_from(self.received)))

    @rule()
    def have_a_good_moment(self) -> None:
        self.exchange()

    @rule(data=st.data())
    def restore_province_from_backup(self, data: st.DataObject) -> None:
        self.province.restore_backup(data.draw(st.integers(0, self.province.committed)))

    @invariant()
    def nothing_is_believed_that_was_never_committed(self) -> None:
        assert self.session.watermark <= self.province.most_ever
        if self.session.phase is Phase.CARRYING and self.session.id not in self.province.outdated:
            assert self.session.watermark <= self.province.committed

    @invariant()
    def every_row_is_held_once(self) -> None:
        held = {seq for seq, times in self.province.times_committed.items() if times}
        assert held == set(range(1, self.province.committed + 1))
        assert all(times in (0, 1) for times in self.province.times_committed.values())

    @invariant()
    def the_window_holds(self) -> None:
        assert len(self.session.in_flight) <= PACE.window
        assert self.session.sent <= max(self.head, self.session.head)

    def teardown(self) -> None:
        """Then the ways become reliable, and all arrives; after a restored backup, from the next hello on."""
        if self.session.id in self.province.outdated:
            self.connect()
        for _ in range(self.head + 50):
            self.exchange()
            if self.session.phase is Phase.OFFLINE:
                self.connect()
            self.wait(1_000)
        assert self.province.committed == self.head
        assert self.session.watermark == self.head


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(max_examples=150, stateful_step_count=40)
