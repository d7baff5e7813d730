"""The agent between a real ledger and a real broker, with a small province at the other end."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from device.clock import SystemClock
from device.ledger.writer import Ledger
from device.sqlite_file import open_reader
from sync.agent.agent import Agent
from sync.agent.closed_logs import ClosedLogs
from sync.agent.device_file import DeviceFile
from sync.agent.identity import Identity
from sync.agent.ledger_source import LedgerSource
from sync.agent.logs import Logs
from sync.agent.post import Post
from sync.agent.province_word import ProvinceWord
from sync.agent.session import Pace
from sync.agent.store import SyncStore
from sync.backoff import Backoff
from sync.contract.keys import KeySet, SigningKey
from sync.contract.topics import DownName, down
from sync.mqtt import LinkSettings, MqttLink
from tests.patience import PATIENCE_S, quickest_s, until
from tests.sync.agent.rows import rate
from tests.sync.agent.wire_province import WireProvince
from tests.sync.mosquitto import Mosquitto

DEVICE = "d-0001"


class Setting:
    """One device with its agent, its broker and its province."""

    def __init__(self, folder: Path, broker: Mosquitto) -> None:
        self.broker = broker
        self.province_key = SigningKey.generate()
        certificate, key = broker.ca.issue(DEVICE)
        self.identity = Identity(DEVICE, SigningKey.load(key), KeySet([self.province_key.public]))
        self.settings = LinkSettings(
            host=broker.host,
            port=broker.port,
            ca=broker.ca.certificate,
            certificate=certificate,
            key=key,
            client_id=DEVICE,
            keepalive_s=60,
            server_name="broker.test",
        )
        self.database = folder / "sync.db"
        self.ledger = Ledger(folder / "ratings.db")
        self.ledger.create()
        self.ledger.open()
        self.pace = Pace(window=4, watchdog_ms=2_000, resend_ms=200, hold_ms=200)
        self._agent: Agent | None = None
        self._thread: threading.Thread | None = None

    def province(self) -> WireProvince:
        certificate, key = self.broker.ca.issue("province")
        settings = replace(self.settings, certificate=certificate, key=key, client_id="province")
        return WireProvince(settings, key=self.province_key, devices=KeySet([self.identity.key.public]))

    def start_agent(self) -> None:
        started = threading.Event()
        self._thread = threading.Thread(target=self._run_agent, args=(started,), name="agent")
        self._thread.start()
        started.wait(PATIENCE_S)

    def _run_agent(self, started: threading.Event) -> None:
        clock = SystemClock()
        source = LedgerSource(self.ledger.path)
        with SyncStore(self.database) as store:
            self._agent = Agent(
                identity=self.identity,
                logs=Logs(source, ClosedLogs(self.ledger.path.parent)),
                store=store,
                post=Post(identity=self.identity, clock=clock, software="test"),
                open_link=lambda will, on_event: MqttLink(
                    self.settings,
                    subscriptions=[down(DEVICE, DownName.RECEIPT)],
                    will=will,
                    on_event=on_event,
                ),
                clock=clock,
                backoff=Backoff(random=lambda: 0.5, first_s=0.1, most_s=0.2),
                pace=self.pace,
                batch_rows=10,
                poll_ms=10,
                word=ProvinceWord(
                    store=store, device=DeviceFile(self.database.with_name("device.db")), clock=clock
                ),
            )
            started.set()
            self._agent.run()
        source.close()

    def stop_agent(self) -> None:
        if self._agent is not None and self._thread is not None:
            self._agent.stop()
            self._thread.join(PATIENCE_S)
            assert not self._thread.is_alive()

    def watermark(self) -> int:
        """As another process reads it, while the agent may be writing."""
        connection = open_reader(self.database)
        try:
            row = connection.execute("SELECT seq FROM watermark").fetchone()
        finally:
            connection.close()
        return row[0] if row else 0

    def all_held_once(self, province: WireProvince) -> bool:
        return [row["seq"] for row in province.rows] == list(range(1, self.ledger.head.seq + 1))


@pytest.fixture
def setting(tmp_path: Path, broker: Mosquitto) -> Iterator[Setting]:
    setting = Setting(tmp_path, broker)
    yield setting
    setting.stop_agent()
    setting.ledger.close()


def test_rows_reach_the_province_once_in_order_as_they_are_written(setting: Setting) -> None:
    rate(setting.ledger, 25)
    with setting.province() as province:
        setting.start_agent()
        until(lambda: len(province.rows) == 25)
        for _ in range(5):
            rate(setting.ledger)
        until(lambda: len(province.rows) == 30)
        assert setting.all_held_once(province)
        assert province.rows[-1]["hash"] == setting.ledger.head.hash
        until(lambda: setting.watermark() == 30)


def test_a_row_reaches_the_province_well_within_a_second(setting: Setting) -> None:
    with setting.province() as province:
        setting.start_agent()
        until(lambda: bool(province.hellos))

        def one_more() -> float:
            before, started_at = len(province.rows), time.monotonic()
            rate(setting.ledger)
            until(lambda: len(province.rows) > before)
            return time.monotonic() - started_at

        assert quickest_s(one_more, under_s=0.5) < 0.5


def test_a_broker_that_dies_and_returns_costs_nothing_but_time(setting: Setting) -> None:
    with setting.province() as province:
        setting.start_agent()
        rate(setting.ledger, 5)
        until(lambda: len(province.rows) == 5)
        setting.broker.kill()
        rate(setting.ledger, 5)
    setting.broker.start()
    with setting.province() as again:
        again.rows = province.rows
        until(lambda: len(again.rows) == 10)
        assert setting.all_held_once(again)


def test_a_frozen_broker_thawed_delivers_all_in_order_once(setting: Setting) -> None:
    with setting.province() as province:
        setting.start_agent()
        rate(setting.ledger, 1)
        until(lambda: len(province.rows) == 1)
        setting.broker.freeze()
        rate(setting.ledger, 100)
        time.sleep(0.5)  # long enough for rows to be sent again into the frozen broker
        setting.broker.thaw()
        until(lambda: len(province.rows) == 101)
        assert setting.all_held_once(province)


def test_a_province_that_loses_receipts_gets_the_same_rows_again(setting: Setting) -> None:
    with setting.province() as province:
        setting.start_agent()
        until(lambda: bool(province.hellos))
        province.answers = False
        rate(setting.ledger, 3)
        until(lambda: province.batches >= 2)
        province.answers = True
        rate(setting.ledger, 3)
        until(lambda: len(province.rows) == 6)
        assert setting.all_held_once(province)


def test_a_province_that_never_answers_has_the_link_rebuilt(setting: Setting) -> None:
    setting.pace = replace(setting.pace, watchdog_ms=500)
    with setting.province() as province:
        province.answers = False
        rate(setting.ledger, 3)
        setting.start_agent()
        until(lambda: len({hello.session for hello in province.hellos}) >= 2)
        province.answers = True
        until(lambda: len(province.rows) == 3)
        assert setting.all_held_once(province)


def test_a_province_restored_from_a_backup_gets_the_older_rows_at_the_next_hello(setting: Setting) -> None:
    with setting.province() as province:
        setting.start_agent()
        rate(setting.ledger, 20)
        until(lambda: setting.watermark() == 20)
        setting.stop_agent()
        province.rows = province.rows[:8]
        setting.start_agent()
        until(lambda: len(province.rows) == 20)
        assert setting.all_held_once(province)


def test_rows_refused_stay_and_are_offered_again_later(
    setting: Setting, caplog: pytest.LogCaptureFixture
) -> None:
    with setting.province() as province:
        province.refuses = "unknown_device"
        rate(setting.ledger, 3)
        setting.start_agent()
        until(lambda: len(province.hellos) >= 2)
        assert province.rows == []
        province.refuses = None
        until(lambda: len(province.rows) == 3)
    assert caplog.text.count("unknown_device") == 1


def test_a_receipt_by_another_key_is_not_believed(setting: Setting, caplog: pytest.LogCaptureFixture) -> None:
    setting.province_key = SigningKey.generate()
    with setting.province() as province:
        rate(setting.ledger, 3)
        setting.start_agent()
        until(lambda: "signed by the key" in caplog.text)
        assert province.batches == 0
        setting.stop_agent()
    assert setting.watermark() == 0


def test_a_receipt_whose_head_is_not_our_row_is_not_believed(
    setting: Setting, caplog: pytest.LogCaptureFixture
) -> None:
    with setting.province() as province:
        setting.start_agent()
        rate(setting.ledger, 3)
        until(lambda: setting.watermark() == 3)
        province.answers = False
        rate(setting.ledger, 3)
        until(lambda: len(province.rows) == 6)
        province.receipt(DEVICE, "r-0", "ok", through=6, head="f" * 64)
        until(lambda: "diverged" in caplog.text)
        setting.stop_agent()
    assert setting.watermark() == 3


def test_the_status_tells_when_the_device_goes_and_the_queue(setting: Setting) -> None:
    with setting.province() as province:
        rate(setting.ledger, 3)
        setting.start_agent()
        until(lambda: len(province.rows) == 3)
        until(lambda: bool(province.statuses) and setting.watermark() == 3)
        setting.stop_agent()
        until(lambda: not province.statuses[-1].online)
        assert province.statuses[0].online
        assert province.statuses[-1].queue == 0
        assert province.statuses[-1].head is not None
        assert province.statuses[-1].head.hash == setting.ledger.head.hash


def test_a_store_that_cannot_be_written_stops_no_rows(
    setting: Setting, caplog: pytest.LogCaptureFixture
) -> None:
    with SyncStore(setting.database):
        connection = sqlite3.connect(setting.database)
        connection.execute("DROP TABLE receipts")
        connection.close()
    with setting.province() as province:
        rate(setting.ledger, 30)
        setting.start_agent()
        until(lambda: len(province.rows) == 30)
    assert caplog.text.count("receipts are not kept") == 1
    assert setting.watermark() == 0


def test_without_a_ledger_the_agent_waits_for_one(setting: Setting, tmp_path: Path) -> None:
    away = tmp_path / "away.db"
    setting.ledger.close()
    setting.ledger.path.rename(away)
    with setting.province() as province:
        setting.start_agent()
        time.sleep(0.1)
        assert province.hellos == []
        away.rename(setting.ledger.path)
        setting.ledger.open()
        rate(setting.ledger, 3)
        until(lambda: len(province.rows) == 3)
