"""When a sealed blob goes: a day after the province said that it has it, and by nothing else."""

from __future__ import annotations

import dataclasses
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from device.clock import FakeClock
from device.errors import ContractError
from device.invitation_store import InvitationStore
from device.ledger.guard import guarded_ledger
from device.province_time import Anchor, ReceiptFacts, ReceivedReceipts
from device.sealed_receipts import SealedReceipts
from device.upkeep import Upkeep
from tests.device.confided_ledgers import blobs, confided_ledger

NOW = datetime(2026, 11, 22, 2, 15, tzinfo=UTC)


class Heard(ReceivedReceipts):
    """A province whose time is known."""

    def __init__(self, clock):
        super().__init__("/nowhere/sync.db", lambda _: pytest.fail("nothing to prove"))
        self._clock = clock

    def anchor(self):
        return Anchor(NOW, self._clock.boot, self._clock.mono_ms())

    def newest_before(self, time, log_id):
        return None

    def newest(self, log_id):
        return None


class Agent:
    """A sync.db with receipts for blobs; `forged` ones do not prove."""

    def __init__(self, folder):
        self.path = folder / "sync.db"
        with sqlite3.connect(self.path) as db:
            db.execute(
                "CREATE TABLE sealed_receipts (log_id TEXT, seq INTEGER, sha256 TEXT, receipt BLOB,"
                " at TEXT, PRIMARY KEY (log_id, seq))"
            )
        self.facts = {}

    def receipt(self, log_id, seq, sha256, *, forged=False, **facts):
        jws = f"jws-{log_id}-{seq}".encode()
        if not forged:
            told = {"log_id": log_id, "through": seq, "time": NOW, "head": None, "status": "ok", "re": sha256}
            self.facts[jws] = ReceiptFacts(**(told | facts))
        with sqlite3.connect(self.path) as db:
            db.execute(
                "INSERT OR REPLACE INTO sealed_receipts VALUES (?, ?, ?, ?, '')", (log_id, seq, sha256, jws)
            )

    def verify(self, jws):
        if jws not in self.facts:
            raise ContractError("does not hold")
        return self.facts[jws]


class Device:
    """A ledger with one blob at row 4, and the upkeep that lets it go."""

    def __init__(self, folder, agent):
        ledger, self.blob = confided_ledger(folder / "ratings.db")
        self.log_id = ledger.head.log_id
        ledger.close()
        clock = FakeClock()
        self.guard = guarded_ledger(folder, max_mib=64, ballast_kib=64, clock=clock)
        self.guard.open(known_log=self.log_id)
        self.store = InvitationStore(folder / "device.db")
        self.store.open(clock.now())
        self.clock = clock
        self.upkeep = Upkeep(
            clock=clock,
            guard=self.guard,
            store=self.store,
            receipts=Heard(clock),
            retention_days=400,
            kernel_synchronised=lambda: True,
            sealed_receipts=SealedReceipts(agent.path, agent.verify),
        )

    def tidied(self):
        """What is held after the next tidying."""
        self.clock.advance(3600 * 1000 + 1)
        self.upkeep.run(idle=True)
        return [blob.sha256 for held in self.guard.sealed_held() for blob in held.blobs]

    def close(self):
        self.guard.close()
        self.store.close()


@pytest.fixture
def agent(tmp_path):
    return Agent(tmp_path)


@pytest.fixture
def device(tmp_path, agent):
    made = Device(tmp_path, agent)
    yield made
    made.close()


DAY_AGO = NOW - timedelta(hours=24, seconds=1)


def test_a_blob_goes_a_day_after_its_receipt_by_the_provinces_time(device, agent):
    assert device.tidied() == [device.blob.sha256]
    agent.receipt(device.log_id, 4, device.blob.sha256, time=NOW - timedelta(hours=23))
    assert device.tidied() == [device.blob.sha256]
    agent.receipt(device.log_id, 4, device.blob.sha256, time=DAY_AGO)
    assert device.tidied() == []


@pytest.mark.parametrize(
    "facts",
    [
        {"forged": True},
        {"status": "resend"},
        {"re": "another message"},
        {"log_id": "f" * 32},
        {"time": NOW},
    ],
    ids=lambda facts: next(iter(facts)),
)
def test_nothing_goes_by_a_receipt_that_is_not_for_it(device, agent, facts):
    told = {"time": DAY_AGO} | facts
    if "log_id" in told:
        agent.receipt(
            device.log_id, 4, device.blob.sha256, **{k: v for k, v in told.items() if k != "log_id"}
        )
        jws = next(iter(agent.facts))
        agent.facts[jws] = dataclasses.replace(agent.facts[jws], log_id=told["log_id"])
    else:
        agent.receipt(device.log_id, 4, device.blob.sha256, **told)
    assert device.tidied() == [device.blob.sha256]


def test_a_receipt_for_other_content_of_the_same_row_erases_nothing(device, agent):
    agent.receipt(device.log_id, 4, "0" * 64, time=DAY_AGO)
    assert device.tidied() == [device.blob.sha256]


def test_an_agent_of_an_earlier_version_knows_no_such_receipts(tmp_path, agent):
    with sqlite3.connect(agent.path) as db:
        db.execute("DROP TABLE sealed_receipts")
    assert SealedReceipts(agent.path, agent.verify).given_before(NOW, "log", [*_some_blob(tmp_path)]) == {}
    assert SealedReceipts(tmp_path / "none.db", agent.verify).given_before(NOW, "log", []) == {}


def _some_blob(folder):
    ledger, _ = confided_ledger(folder / "ratings.db")
    ledger.close()
    return blobs(folder / "ratings.db")
