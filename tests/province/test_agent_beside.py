"""An agent and an ingest, wired to each other without a broker: what two halves do that are tested apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from device.clock import FakeClock
from device.ledger.closed_log import closed_log_path, write_closed_log
from device.ledger.reader import LedgerReader, Log, Lost
from device.ledger.salvage import Salvaged
from device.ledger.writer import Ledger
from province.ingest.ingest import Ingest
from sync.agent.agent import Agent
from sync.agent.closed_logs import ClosedLogs
from sync.agent.device_file import DeviceFile
from sync.agent.greeting import MOST_LOST
from sync.agent.identity import Identity
from sync.agent.ledger_source import LedgerSource
from sync.agent.logs import Logs
from sync.agent.post import Post
from sync.agent.province_word import ProvinceWord
from sync.agent.session import Pace
from sync.agent.store import SyncStore
from sync.backoff import Backoff
from sync.contract.keys import KeySet
from sync.mqtt import LinkEvent, Received, Will
from tests.device.ratings import ledger_with
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice


class Wire:
    """A link whose other end takes each message at once."""

    def __init__(self, ingest: Ingest) -> None:
        self._ingest = ingest
        self.events: list[LinkEvent] = []

    def connect(self, timeout_s: float) -> None: ...

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> int:
        answer = self._ingest.take(topic, payload)
        for one in [] if answer is None else [answer, *answer.beside]:
            self.put(Received(one.topic, one.payload))
        return 1

    def put(self, event: LinkEvent) -> None:
        raise NotImplementedError

    def close(self) -> None: ...


def closed_with_gaps(folder: Path, gaps: int) -> str:
    """A damaged log in `folder`, every second row of which is lost; its log_id."""
    ledger = ledger_with(folder / "whole.db", 2 * gaps + 1)
    log_id = ledger.head.log_id
    ledger.close()
    salvaged: list[Salvaged] = []
    with LedgerReader(folder / "whole.db") as reader:
        for row in reader.rows():
            salvaged.append(row if row.seq % 2 else Lost(row.seq, row.seq, "cannot be read"))
    path = closed_log_path(folder, log_id)
    write_closed_log(path, log=Log(log_id, None), floor=None, rows=iter(salvaged), why="damaged")
    return log_id


@pytest.fixture
def active(tmp_path: Path) -> Ledger:
    return ledger_with(tmp_path / "ratings.db", 1)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_log_with_more_gaps_than_one_hello_declares_arrives_whole_on_one_connection(
    bench: ProvinceBench, device: SimulatedDevice, tmp_path: Path, active: Ledger
) -> None:
    log_id = closed_with_gaps(tmp_path, MOST_LOST + 4)
    last = 2 * (MOST_LOST + 4) + 1
    clock = FakeClock()
    wire = Wire(bench.ingest)
    opened = 0

    def open_link(_: Will, on_event) -> Wire:  # type: ignore[no-untyped-def]
        nonlocal opened
        opened += 1
        wire.put = on_event  # type: ignore[method-assign]
        return wire

    source = LedgerSource(active.path)
    identity = Identity(device.name, device.key, KeySet([bench.key.public]))
    with SyncStore(tmp_path / "sync.db") as store:
        agent = Agent(
            identity=identity,
            logs=Logs(source, ClosedLogs(tmp_path)),
            store=store,
            post=Post(identity=identity, clock=clock, software="test"),
            open_link=open_link,
            clock=clock,
            backoff=Backoff(random=lambda: 0.5, first_s=0.1, most_s=0.2),
            pace=Pace(window=4, watchdog_ms=30_000),
            batch_rows=100,
            poll_ms=1,
            word=ProvinceWord(store=store, device=DeviceFile(tmp_path / "device.db"), clock=clock),
        )
        for _ in range(2_000):
            agent.turn()
            clock.advance(100)
            if store.watermark(log_id) == last:
                break
    source.close()
    active.close()
    assert opened == 1
    seqs = [stored.seq for stored in bench.stored() if stored.log_id == log_id]
    assert seqs == list(range(1, last + 1, 2))
    assert "undeclared_loss" not in bench.alarm_codes()
