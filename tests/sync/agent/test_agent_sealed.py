"""Sealed blobs between a real ledger and a real broker: after the ratings, once, until their receipts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from device.ledger.reader import StoredBlob
from sync.contract.envelope import unwrap
from sync.contract.keys import KeySet
from sync.contract.messages import Receipt
from sync.contract.topics import DownName, down, parse
from tests.patience import until
from tests.sync.agent.rows import leave, rate
from tests.sync.agent.test_agent import DEVICE, Setting
from tests.sync.mosquitto import Mosquitto


@pytest.fixture
def setting(tmp_path: Path, broker: Mosquitto) -> Iterator[Setting]:
    setting = Setting(tmp_path, broker)
    yield setting
    setting.stop_agent()
    setting.ledger.close()


def receipts(setting: Setting) -> list[tuple[int, str, bytes]]:
    connection = sqlite3.connect(f"{setting.database.as_uri()}?mode=rw", uri=True)
    try:
        return connection.execute("SELECT seq, sha256, receipt FROM sealed_receipts ORDER BY seq").fetchall()
    finally:
        connection.close()


def names(blobs: list[StoredBlob]) -> list[tuple[int, str]]:
    return [(blob.seq, blob.sha256) for blob in blobs]


def test_blobs_follow_their_rows_and_their_receipts_prove_it(setting: Setting) -> None:
    blobs = [leave(setting.ledger) for _ in range(3)]
    rate(setting.ledger, 25)
    with setting.province() as province:
        province.answers = False
        setting.start_agent()
        until(lambda: bool(province.hellos))
        assert province.blobs == []
        province.answers = True
        until(lambda: len(receipts(setting)) == 3)
        assert province.blobs == names(blobs)
        blobs.append(leave(setting.ledger))
        until(lambda: len(receipts(setting)) == 4)
        assert setting.all_held_once(province)
    topic, keys = parse(down(DEVICE, DownName.RECEIPT)), KeySet([setting.province_key.public])
    for seq, sha256, token in receipts(setting):
        receipt = unwrap(token, topic=topic, keys=keys).message
        assert isinstance(receipt, Receipt)
        assert (receipt.re, receipt.status, receipt.log_id) == (sha256, "ok", setting.ledger.head.log_id)
        assert receipt.through >= seq


def test_no_blob_is_sent_while_ratings_wait(setting: Setting) -> None:
    leave(setting.ledger)
    with setting.province() as province:
        province.refuses = "unknown_device"
        setting.start_agent()
        until(lambda: len(province.hellos) >= 2)
        assert province.blobs == []
        province.refuses = None
        until(lambda: len(province.blobs) == 1)
        assert len(province.rows) == 1


def test_a_blob_that_is_not_taken_stops_no_rating(setting: Setting) -> None:
    with setting.province() as province:
        province.sealed_status = "refused"
        setting.start_agent()
        blob = leave(setting.ledger)
        until(lambda: len(province.blobs) == 1)
        rate(setting.ledger, 5)
        until(lambda: len(province.rows) == 6)
        setting.stop_agent()
        assert receipts(setting) == []
        province.sealed_status = "ok"
        setting.start_agent()
        until(lambda: len(receipts(setting)) == 1)
        assert province.blobs == names([blob, blob])


def test_a_broker_that_dies_on_the_way_and_a_restart_cost_nothing_but_time(setting: Setting) -> None:
    with setting.province() as province:
        setting.start_agent()
        first = leave(setting.ledger)
        until(lambda: len(receipts(setting)) == 1)
        setting.broker.kill()
        second = leave(setting.ledger)
    setting.broker.start()
    with setting.province() as again:
        again.rows = province.rows
        until(lambda: len(receipts(setting)) == 2)
        setting.stop_agent()
        setting.start_agent()
        third = leave(setting.ledger)
        until(lambda: len(receipts(setting)) == 3)
        assert set(again.blobs) == set(names([second, third]))
    assert province.blobs == names([first])
