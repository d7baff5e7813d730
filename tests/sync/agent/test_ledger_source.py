"""The ledger as the agent sees it, with a real ledger file."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from device.ledger.writer import Ledger
from sync.agent.ledger_source import LedgerSource
from tests.sync.agent.rows import rate


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ratings.db"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    ledger = Ledger(path)
    ledger.create()
    ledger.open()
    yield ledger
    ledger.close()


@pytest.fixture
def source(path: Path) -> Iterator[LedgerSource]:
    source = LedgerSource(path)
    yield source
    source.close()


def test_rows_are_seen_as_soon_as_they_are_written(ledger: Ledger, source: LedgerSource) -> None:
    assert source.head(0) == ledger.head
    rate(ledger, 3)
    assert source.head(1) == ledger.head
    assert [row.seq for row in source.rows_after(1, 10)] == [2, 3]
    assert [row.seq for row in source.rows_after(0, 2)] == [1, 2]


def test_the_hash_of_a_row_of_the_beginning_and_of_none(ledger: Ledger, source: LedgerSource) -> None:
    genesis = ledger.head.hash
    rate(ledger, 2)
    source.head(0)
    assert source.hash_of(2) == ledger.head.hash
    assert source.hash_of(0) == genesis
    assert source.hash_of(3) is None


def test_a_missing_ledger_is_told_once_and_found_when_it_comes(
    path: Path, source: LedgerSource, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for at_ms in range(0, 5_000, 100):
        assert source.head(at_ms) is None
        assert source.rows_after(0, 10) == []
        assert source.hash_of(0) is None
    assert caplog.text.count("not readable") == 1
    ledger = Ledger(path)
    ledger.create()
    assert source.head(5_000) is not None
    assert caplog.text.count("'readable'") == 1


def test_another_file_in_its_place_is_noticed(path: Path, ledger: Ledger, source: LedgerSource) -> None:
    old = source.head(0)
    ledger.close()
    for file in path.parent.glob("ratings.db*"):
        file.rename(file.with_name("old-" + file.name))
    Ledger(path).create()
    new = source.head(1_000)
    assert old is not None
    assert new is not None
    assert new.log_id != old.log_id


def test_a_file_that_is_no_ledger_is_told_and_not_touched(
    path: Path, source: LedgerSource, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_bytes(b"not a ledger at all" * 100)
    assert source.head(0) is None
    assert path.read_bytes() == b"not a ledger at all" * 100
    assert "not readable" in caplog.text
