"""The ingest thread on links that fail, hang up and come back."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Any

import pytest

from device.errors import SyncError
from province.ingest.answer import Answer
from province.ingest.ingest import Ingest
from province.ingest.worker import Worker
from province.store.database import Database
from sync.backoff import Backoff
from sync.contract.topics import UpName
from sync.mqtt import Connected, Disconnected, LinkEvent, Received
from tests.patience import PATIENCE_S
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice


class FakeLink:
    """A link that a test speaks through. `refusal`: why it does not connect."""

    def __init__(self, on_event: Callable[[LinkEvent], None], refusal: str | None) -> None:
        self.on_event = on_event
        self.refusal = refusal
        self.published: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()

    def connect(self, timeout_s: float) -> None:
        if self.refusal:
            raise SyncError(self.refusal)
        self.on_event(Connected())

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> int:
        self.published.put((topic, payload))
        return 1

    def close(self) -> None:
        pass


class Broker:
    """Hands out links, one refusal after the other first."""

    def __init__(self, *refusals: str) -> None:
        self.refusals = list(refusals)
        self.links: queue.SimpleQueue[FakeLink] = queue.SimpleQueue()

    def open(self, on_event: Callable[[LinkEvent], None]) -> FakeLink:
        link = FakeLink(on_event, self.refusals.pop(0) if self.refusals else None)
        if link.refusal is None:
            self.links.put(link)
        return link

    def next(self) -> FakeLink:
        return self.links.get(timeout=PATIENCE_S)


class Running:
    """A started worker, stopped at the end of the block."""

    def __init__(self, ingest: Ingest, broker: Broker) -> None:
        backoff = Backoff(random=lambda: 0.5, first_s=0.001, most_s=0.001)
        self.worker = Worker(ingest, open_link=broker.open, backoff=backoff)

    def __enter__(self) -> Worker:
        self.worker.start()
        return self.worker

    def __exit__(self, *_: object) -> None:
        self.worker.stop(PATIENCE_S)
        assert not self.worker.running


def test_a_message_is_answered_on_the_link_it_came_by(bench: ProvinceBench, device: SimulatedDevice) -> None:
    broker = Broker()
    with Running(bench.ingest, broker) as worker:
        link = broker.next()
        link.on_event(Received(device.topic(UpName.HELLO), device.hello()))
        topic, _ = link.published.get(timeout=PATIENCE_S)
        assert topic == "hcp/1/dev-001/down/receipt"
        assert worker.connected


def test_a_lost_link_is_followed_by_a_new_one(bench: ProvinceBench, device: SimulatedDevice) -> None:
    broker = Broker()
    with Running(bench.ingest, broker):
        broker.next().on_event(Disconnected("the connection ended"))
        link = broker.next()
        link.on_event(Received(device.topic(UpName.HELLO), device.hello()))
        assert link.published.get(timeout=PATIENCE_S)


def test_the_same_trouble_is_logged_once(bench: ProvinceBench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    broker = Broker("refused", "refused", "refused", "no answer", "no answer")
    with Running(bench.ingest, broker):
        broker.next()
    said = [r.getMessage() for r in caplog.records if r.name == "province.ingest.worker"]
    assert said[:2] == [
        "broker away worker=ingest-1 why='refused'",
        "broker away worker=ingest-1 why='no answer'",
    ]
    assert set(said[2:]) <= {"broker here worker=ingest-1"}


class Stumbling(Ingest):
    """An ingest with a fault of its own: it fails at messages on the topic of a hello."""

    def take(self, topic_name: str, payload: bytes, *, queued: int = 0) -> Answer | None:
        if topic_name.endswith("/hello"):
            raise ZeroDivisionError("level 2 of visit 17")
        return super().take(topic_name, payload, queued=queued)


def test_a_fault_at_one_message_is_alarmed_and_the_next_is_taken(
    bench: ProvinceBench, device: SimulatedDevice, caplog: pytest.LogCaptureFixture
) -> None:
    broker = Broker()
    device.rate()
    with Running(Stumbling(bench.database, clock=bench.clock, key=bench.key), broker):
        link = broker.next()
        link.on_event(Received(device.topic(UpName.HELLO), device.hello()))
        link.on_event(Received(device.topic(UpName.RATINGS), device.ratings(1, 1)))
        assert link.published.get(timeout=PATIENCE_S)
    assert bench.alarm_codes() == ["unforeseen"]
    assert "message failed error=ZeroDivisionError" in caplog.text
    assert "level 2" not in caplog.text


def test_a_lost_database_receipts_nothing_is_told_once_and_comes_back(
    bench: ProvinceBench, device: SimulatedDevice, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    broker = Broker()
    device.rate()
    hello = Received(device.topic(UpName.HELLO), device.hello())
    failing = Failing(bench.database)
    with Running(Ingest(failing, clock=bench.clock, key=bench.key), broker):
        link = broker.next()
        failing.lost.set()
        link.on_event(hello)
        link.on_event(hello)
        link.on_event(Received("wait", b""))
        assert failing.refused.acquire(timeout=PATIENCE_S)
        assert failing.refused.acquire(timeout=PATIENCE_S)
        assert failing.refused.acquire(timeout=PATIENCE_S)
        assert link.published.empty()
        failing.lost.clear()
        link.on_event(hello)
        assert link.published.get(timeout=PATIENCE_S)
    said = [r.getMessage() for r in caplog.records if "database" in r.getMessage()]
    assert [line.split(",")[0] for line in said] == ["database lost", "database back"]


class Failing(Database):
    """A database that goes away while `lost` is set."""

    def __init__(self, inner: Database) -> None:
        self._inner = inner
        self.lost = threading.Event()
        self.refused = threading.Semaphore(0)

    def write(self) -> Any:
        return self._through(self._inner.write)

    def read(self) -> Any:
        return self._through(self._inner.read)

    def _through(self, use: Callable[[], Any]) -> Any:
        from province.errors import StoreError

        if self.lost.is_set():
            self.refused.release()
            raise StoreError("the disk is gone")
        return use()
