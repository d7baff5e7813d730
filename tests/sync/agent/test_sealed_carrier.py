"""Which sealed blobs go when: after their rows, the oldest first, few at once, until each has its receipt."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from device.ledger.reader import StoredBlob
from device.ledger.writer import Ledger
from sync.agent.closed_logs import ClosedLogs
from sync.agent.ledger_source import LedgerSource
from sync.agent.logs import Logs
from sync.agent.sealed_carrier import IN_FLIGHT, SealedCarrier
from sync.agent.session import Pace
from sync.agent.store import SyncStore
from sync.contract.messages import Receipt
from tests.device.ratings import rating
from tests.sync.agent.province_model import TIME, hash_of
from tests.sync.agent.rows import leave, rate
from tests.sync.agent.test_closed_logs import opened

PACE = Pace(window=4, watchdog_ms=30_000)


class Card:
    """A device's folder with its ledger, and the agent's store and carrier."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger = Ledger(folder / "ratings.db")
        self.ledger.create()
        self.ledger.open()
        self.source = LedgerSource(self.ledger.path)
        self.store = SyncStore(folder / "sync.db")
        self.store.open()
        self.begin()

    def begin(self) -> None:
        """As after a restart of the agent."""
        logs = Logs(self.source, ClosedLogs(self.folder))
        logs.closed()
        self.source.head(10_000_000)
        self.carrier = SealedCarrier(logs=logs, store=self.store, pace=PACE)

    @property
    def log_id(self) -> str:
        return self.ledger.head.log_id

    def due(self, receipted: int | None = None, now_ms: int = 0) -> list[int]:
        """The rows whose blobs are due, which are sent then; the active log is receipted so far."""
        through = self.ledger.head.seq if receipted is None else receipted
        parcels = self.carrier.due([(self.log_id, through)], now_ms)
        for parcel in parcels:
            self.carrier.sent(parcel, now_ms)
        return [parcel.blob.seq for parcel in parcels]

    def answer(
        self, blob: StoredBlob, status: str = "ok", now_ms: int = 0, pause_s: float | None = None
    ) -> bool:
        receipt = Receipt(
            re=blob.sha256,
            session="s",
            through=blob.seq,
            status=status,
            time=TIME,
            log_id=self.log_id,
            pause_s=pause_s,
        )
        return self.carrier.answered(receipt, b"the receipt", now_ms)

    def receipts(self) -> list[tuple[object, ...]]:
        connection = sqlite3.connect(self.folder / "sync.db")
        try:
            return connection.execute("SELECT * FROM sealed_receipts ORDER BY log_id, seq").fetchall()
        finally:
            connection.close()


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Card]:
    made = Card(tmp_path)
    yield made
    made.source.close()
    made.store.close()
    made.ledger.close()


def test_a_ledger_of_an_earlier_version_has_no_blobs_until_its_device_brings_it_up_to_date(
    card: Card,
) -> None:
    card.ledger.close()
    connection = sqlite3.connect(card.ledger.path)
    connection.execute("DROP TABLE sealed")
    connection.execute("DROP TABLE erased")
    with connection:
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm003_sealed'")
    connection.close()
    card.source.close()
    card.source.head(20_000_000)
    assert card.due(receipted=3) == []
    card.ledger.open()
    rate(card.ledger, 3)
    leave(card.ledger)
    card.source.head(30_000_000)
    assert card.due() == [4]


def test_a_blob_waits_for_the_receipt_of_its_row(card: Card) -> None:
    rate(card.ledger, 2)
    leave(card.ledger)
    assert card.due(receipted=2) == []
    assert card.due(receipted=3) == [3]


def test_the_oldest_go_first_and_few_are_on_their_way(card: Card) -> None:
    blobs = [leave(card.ledger) for _ in range(20)]
    sent: list[int] = []
    for blob in blobs:
        sent += card.due()
        assert len(sent) - blobs.index(blob) <= IN_FLIGHT
        assert card.answer(blob)
    assert sent == [blob.seq for blob in blobs]
    assert card.due(now_ms=10**9) == []


def test_a_receipt_is_kept_as_it_came_and_the_blob_never_goes_again(card: Card) -> None:
    blob = leave(card.ledger)
    assert card.due() == [1]
    card.answer(blob)
    assert card.receipts() == [(card.log_id, 1, blob.sha256, b"the receipt", TIME)]
    card.begin()
    assert card.due() == []
    assert leave(card.ledger).seq == 2
    assert card.due() == [2]


def test_without_a_receipt_it_goes_again_ever_later(card: Card) -> None:
    leave(card.ledger)
    sent_at = [now_ms for now_ms in range(0, 200_000, 500) if card.due(now_ms=now_ms)]
    waits = [later - earlier for earlier, later in pairwise(sent_at)]
    assert waits[:5] == [2_000, 4_000, 8_000, 16_000, 30_000]
    assert set(waits[5:]) == {30_000}


def test_one_that_was_on_its_way_goes_again_in_the_next_session(card: Card) -> None:
    blob = leave(card.ledger)
    assert card.due() == [1]
    card.carrier.begin()
    assert card.due() == [1]
    assert card.answer(blob)


@pytest.mark.parametrize("status", ["quarantined", "refused", "unknown_device"])
def test_one_that_is_not_taken_stays_on_the_card_for_the_next_session(
    card: Card, status: str, caplog: pytest.LogCaptureFixture
) -> None:
    blob, other = leave(card.ledger), leave(card.ledger)
    assert card.due() == [1, 2]
    assert card.answer(blob, status)
    assert card.answer(other)
    assert card.due(now_ms=10**9) == []
    assert [receipt[1] for receipt in card.receipts()] == [2]
    assert f"the sealed blob of row 1 is not taken: {status}" in caplog.text
    card.carrier.begin()
    assert card.due() == [1]


def test_one_whose_row_is_asked_for_goes_again(card: Card) -> None:
    blob = leave(card.ledger)
    card.due()
    assert card.answer(blob, "resend")
    assert card.receipts() == []
    assert card.due(now_ms=2_000) == [1]
    card.answer(blob)
    assert len(card.receipts()) == 1


def test_a_receipt_that_comes_twice_or_is_about_something_else_does_nothing(card: Card) -> None:
    blob = leave(card.ledger)
    assert not card.answer(blob)
    card.due()
    assert card.answer(blob)
    assert card.answer(blob, "refused")
    assert len(card.receipts()) == 1


def test_a_province_that_asks_for_a_pause_gets_it(card: Card) -> None:
    first, _, _ = (leave(card.ledger) for _ in range(3))
    card.due()
    card.answer(first, pause_s=5)
    assert card.due(now_ms=4_999) == []
    assert card.due(now_ms=5_000) == [2, 3]


def test_a_province_restored_from_a_backup_gets_blobs_of_later_rows_again(card: Card) -> None:
    blobs = [leave(card.ledger) for _ in range(3)]
    for blob in blobs:
        card.due()
        card.answer(blob)
    card.store.move_watermark(card.log_id, 1, hash_of(1))
    assert [receipt[1] for receipt in card.receipts()] == [1]
    assert card.due(receipted=1) == []
    assert card.due(receipted=3) == [2, 3]


def test_receipts_of_blobs_that_were_erased_are_forgotten(card: Card) -> None:
    for blob in [leave(card.ledger) for _ in range(3)]:
        card.due()
        card.answer(blob)
    card.store.keep_sealed_receipt("f" * 32, 1, "0" * 64, b"", at=TIME)
    card.carrier.tidy([card.log_id])
    assert [receipt[1] for receipt in card.receipts()] == [1, 2, 3]
    connection = sqlite3.connect(card.ledger.path)
    connection.execute("DROP TRIGGER IF EXISTS sealed_delete")  # it asks for what this test has not
    with connection:
        connection.execute("DELETE FROM sealed WHERE seq < 3")
    card.carrier.tidy([card.log_id])
    assert [receipt[1] for receipt in card.receipts()] == [3]
    with connection:
        connection.execute("DELETE FROM sealed")
    connection.close()
    card.carrier.tidy([card.log_id])
    assert card.receipts() == []


def test_a_ledger_that_cannot_be_read_now_is_looked_at_again(card: Card) -> None:
    leave(card.ledger)
    card.source.close()
    assert card.due() == []
    card.source.head(20_000_000)
    assert card.due() == [1]


def test_a_store_that_cannot_be_read_or_written_stops_no_blob(
    card: Card, caplog: pytest.LogCaptureFixture
) -> None:
    connection = sqlite3.connect(card.folder / "sync.db")
    connection.execute("DROP TABLE sealed_receipts")
    connection.close()
    blobs = [leave(card.ledger) for _ in range(3)]
    card.carrier.tidy([card.log_id])
    sent: list[int] = []
    for blob in blobs:
        sent += card.due()
        card.answer(blob)
    assert sent == [1, 2, 3]
    assert caplog.text.count("receipts of sealed blobs are not kept") == 1


def test_blobs_of_closed_logs_go_before_those_of_the_active_one(tmp_path: Path) -> None:
    guard = opened(tmp_path, None)
    old_id = guard.log_id
    guard.close()
    ledger = Ledger(tmp_path / "ratings.db")
    ledger.open()
    old = leave(ledger)
    ledger.close()
    guard.open(known_log=old_id)
    guard.end_log("diverged")
    guard.append(rating(1))
    guard.close()
    ledger.open()
    new = leave(ledger)
    source = LedgerSource(ledger.path)
    logs = Logs(source, ClosedLogs(tmp_path))
    source.head(0)
    new_id = ledger.head.log_id
    stands = [*((log.log_id, log.head.seq) for log in logs.closed()), (new_id, new.seq)]
    with SyncStore(tmp_path / "sync.db") as store:
        carrier = SealedCarrier(logs=logs, store=store, pace=PACE)
        parcels = carrier.due(stands, 0)
    assert [(parcel.log_id, parcel.blob) for parcel in parcels] == [(old_id, old), (new_id, new)]
    source.close()
    ledger.close()
