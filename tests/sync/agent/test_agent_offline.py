"""An agent without a broker goes on signing heads, and announces them once there is one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from device.sqlite_file import open_reader
from sync.contract.heads import open_head
from sync.contract.keys import KeySet
from tests.patience import until
from tests.sync.agent.rows import rate
from tests.sync.agent.test_agent import Setting
from tests.sync.mosquitto import Mosquitto
from tests.sync.throwaway_ca import ThrowawayCa


@pytest.fixture
def setting(tmp_path: Path) -> Iterator[Setting]:
    broker = Mosquitto(tmp_path / "broker", ThrowawayCa(tmp_path / "ca"))  # not running yet
    setting = Setting(tmp_path, broker)
    yield setting
    setting.stop_agent()
    setting.ledger.close()
    broker.kill()


def heads_kept(database: Path) -> int:
    if not database.exists():
        return 0
    connection = open_reader(database)
    (number,) = connection.execute("SELECT count(*) FROM heads").fetchone()
    connection.close()
    return int(number)


def test_heads_signed_offline_are_announced_after_the_connect(setting: Setting) -> None:
    setting.start_agent()
    rate(setting.ledger, 3)
    until(lambda: heads_kept(setting.database) == 1)
    signed = setting.ledger.head
    rate(setting.ledger, 2)
    setting.broker.start()
    with setting.province() as province:
        province.answers = False  # rows stay without a receipt
        until(lambda: any(status.heads for status in province.statuses))
        status = next(status for status in province.statuses if status.heads)
        claim = open_head(status.heads[0], KeySet([setting.identity.key.public]))
        assert (claim.head.seq, claim.head.hash) == (3, signed.hash)
        province.answers = True
        until(lambda: len(province.rows) == 5)
        setting.stop_agent()
    assert province.rows[2]["hash"] == claim.head.hash
