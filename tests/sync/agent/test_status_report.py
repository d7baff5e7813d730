"""A status after each connect, every three minutes, and soon after something has changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from device.clock import FakeClock
from device.condition import Condition
from device.ledger.reader import Head
from sync.agent.device_condition import DeviceCondition
from sync.agent.head_signer import HeadSigner
from sync.agent.identity import Identity
from sync.agent.post import Post
from sync.agent.status_report import StatusReport
from sync.agent.store import SyncStore
from sync.contract.envelope import unwrap
from sync.contract.keys import KeySet, SigningKey
from sync.contract.messages import Status
from sync.contract.topics import parse

KEY = SigningKey.generate()
HEAD = Head("00112233445566778899aabbccddeeff", 3, "a" * 64)


class Bench:
    """A report whose condition the test sets."""

    def __init__(self, store: SyncStore) -> None:
        self.clock = FakeClock()
        self.condition = DeviceCondition(Condition(screen=True), 1_000_000, 48.5)
        self.signer = HeadSigner(store=store, key=KEY, clock=self.clock)
        identity = Identity("d-0001", KEY, KeySet([]))
        self.report = StatusReport(
            post=Post(identity=identity, clock=self.clock, software="test"),
            signer=self.signer,
            condition=lambda: self.condition,
        )
        self.report.begin()

    def sent(self, *, for_ms: int) -> list[Status]:
        found = []
        for _ in range(for_ms // 500):
            letter = self.report.due("session", head=HEAD, queue=3, now_ms=self.clock.mono_ms())
            if letter is not None:
                message = unwrap(letter.payload, topic=parse(letter.topic), keys=KeySet([KEY.public])).message
                assert isinstance(message, Status)
                found.append(message)
            self.clock.advance(500)
        return found


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with SyncStore(tmp_path / "sync.db") as store:
        yield Bench(store)


def test_a_status_at_the_connect_and_every_three_minutes(bench: Bench) -> None:
    (first,) = bench.sent(for_ms=180_000)
    assert (first.disk_free, first.temperature_c, first.screen, first.queue) == (1_000_000, 48.5, True, 3)
    assert (first.clock, first.clock_source) == ("trusted", "kernel")
    assert len(bench.sent(for_ms=360_000)) == 2
    bench.report.begin()
    assert len(bench.sent(for_ms=10_000)) == 1


def test_a_change_is_told_within_ten_seconds_and_not_more_often(bench: Bench) -> None:
    bench.sent(for_ms=1_000)
    told = []
    for number in range(20):
        bench.condition = DeviceCondition(Condition(faults=(f"F-0{number:02}",)))
        told += bench.sent(for_ms=1_000)
    assert [status.faults for status in told] == [["F-009"], ["F-019"]]


def test_heat_and_room_alone_are_no_change(bench: Bench) -> None:
    bench.sent(for_ms=1_000)
    bench.condition = DeviceCondition(bench.condition.device, 999_999, 48.6)
    assert bench.sent(for_ms=60_000) == []


def test_signed_heads_go_with_each_status(bench: Bench) -> None:
    for _ in range(30):
        bench.signer.look(HEAD, 0, bench.clock.mono_ms())
        bench.clock.advance(100)
    assert [len(status.heads) for status in bench.sent(for_ms=181_000)] == [1, 1]
