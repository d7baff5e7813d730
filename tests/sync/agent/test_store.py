"""What the agent keeps on disk."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from pathlib import Path

import pytest

from device.clock import FakeClock
from device.errors import SyncError
from sync.agent.store import RECEIPTS_KEPT, SyncStore
from sync.contract.messages import Receipt
from tests.sync.agent.province_model import LOG_ID, hash_of


def receipt(through: int, *, day: int = 22) -> Receipt:
    return Receipt(
        re="m-1",
        session="5e55",
        log_id=LOG_ID,
        through=through,
        head=hash_of(through),
        status="ok",
        time=f"2026-11-{day:02d}T10:15:02.113+08:00",
    )


def kept(path: Path, sql: str = "SELECT through FROM receipts ORDER BY id") -> list[int]:
    connection = sqlite3.connect(path)
    try:
        return [value for (value,) in connection.execute(sql)]
    finally:
        connection.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sync.db"


def test_a_watermark_moves_either_way_and_survives(path: Path) -> None:
    with SyncStore(path) as store:
        assert store.watermark(LOG_ID) == 0
        store.move_watermark(LOG_ID, 7, hash_of(7))
        store.move_watermark(LOG_ID, 3, hash_of(3))
    with SyncStore(path) as store:
        assert store.watermark(LOG_ID) == 3
        assert store.watermark("f" * 32) == 0


def test_the_newest_receipt_is_kept_as_it_came_with_the_moment_it_came(path: Path) -> None:
    moment = FakeClock().now()
    with SyncStore(path) as store, store.transaction():
        store.keep_receipt(receipt(4), b"older", moment)
        store.keep_receipt(receipt(5), b"newest", moment)
    connection = sqlite3.connect(path)
    newest = connection.execute(
        "SELECT log_id, through, head, status, province_time, boot, mono_ms, jws"
        " FROM receipts ORDER BY id DESC LIMIT 1"
    ).fetchone()
    connection.close()
    time = "2026-11-22T10:15:02.113+08:00"
    assert newest == (LOG_ID, 5, hash_of(5), "ok", time, moment.boot, moment.mono_ms, b"newest")


def test_of_old_receipts_the_last_of_each_day_stays(path: Path) -> None:
    with SyncStore(path) as store, store.transaction():
        for through in range(1, 1001):
            store.keep_receipt(receipt(through, day=1 + through // 250), b"", FakeClock().now())
    assert kept(path) == [249, 499, *range(1000 - RECEIPTS_KEPT + 1, 1001)]


def test_the_first_receipt_for_the_last_row_receipted_stays(path: Path) -> None:
    with SyncStore(path) as store, store.transaction():
        store.move_watermark(LOG_ID, 3, hash_of(3))
        for through in [1, 3, 3, *range(1, 998)]:
            store.keep_receipt(receipt(through), b"", FakeClock().now())
    assert kept(path)[:2] == [3, 698]


def test_what_is_written_together_is_there_together_or_not_at_all(path: Path) -> None:
    def write_half(store: SyncStore) -> None:
        with store.transaction():
            store.move_watermark(LOG_ID, 7, hash_of(7))
            raise KeyboardInterrupt

    with SyncStore(path) as store:
        with pytest.raises(KeyboardInterrupt):
            write_half(store)
        assert store.watermark(LOG_ID) == 0


def test_the_file_is_durable_and_small(path: Path) -> None:
    with SyncStore(path):
        assert kept(path, "PRAGMA journal_mode") == ["wal"]
        assert kept(path, "PRAGMA page_size") == [1024]


def test_a_damaged_file_is_set_aside_and_begun_anew(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.write_bytes(b"this is no database" * 100)
    with SyncStore(path) as store:
        store.move_watermark(LOG_ID, 7, hash_of(7))
    assert (path.parent / "sync.db.damaged").read_bytes().startswith(b"this is no database")
    assert "receipts damaged, begun anew" in caplog.text


def test_one_flipped_bit_leaves_a_file_that_opens_and_an_agent_that_goes_on(path: Path) -> None:
    with SyncStore(path) as store:
        for seq in range(1, 4):
            store.keep_receipt(receipt(seq), b"jws", FakeClock().now())
            store.move_watermark(LOG_ID, seq, hash_of(seq))
    image, chance = path.read_bytes(), random.Random(5)
    for _ in range(60):
        data = bytearray(image)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        for side in ("-wal", "-shm"):
            path.with_name(path.name + side).unlink(missing_ok=True)
        path.write_bytes(data)
        with SyncStore(path) as store, contextlib.suppress(SyncError):
            assert store.watermark(LOG_ID) >= 0
            assert (store.heads(), store.open_orders(), store.settings_version()) == ([], [], 0)


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(SyncError, match=r"^cannot be opened: .*sync\.db: .*unable to open database file$"):
        SyncStore(tmp_path / "none" / "sync.db").open()


def test_a_write_that_fails_is_a_sync_error(path: Path) -> None:
    with SyncStore(path) as store:
        connection = sqlite3.connect(path)
        connection.execute("DROP TABLE watermark")
        connection.close()
        with pytest.raises(SyncError, match=r"sync\.db: no such table: watermark$"):
            store.move_watermark(LOG_ID, 7, hash_of(7))
    with pytest.raises(SyncError, match=r"is not open$"):
        store.watermark(LOG_ID)
