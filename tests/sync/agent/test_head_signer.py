"""Heads are signed when no receipt comes, kept, thinned out, and forgotten when one does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from device.clock import FakeClock
from device.ledger.reader import Head
from sync.agent.head_signer import HeadSigner
from sync.agent.store import HEADS_KEPT, SyncStore
from sync.contract.heads import open_head
from sync.contract.keys import KeySet, SigningKey
from sync.contract.messages import SignedHead

LOG = "00112233445566778899aabbccddeeff"
KEY = SigningKey.generate()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SyncStore]:
    with SyncStore(tmp_path / "sync.db") as opened:
        yield opened


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def signer(store: SyncStore, clock: FakeClock) -> HeadSigner:
    return HeadSigner(store=store, key=KEY, clock=clock)


def head(seq: int) -> Head:
    return Head(LOG, seq, f"{seq:064x}")


def announced(signer: HeadSigner) -> list[SignedHead]:
    return [open_head(token, KeySet([KEY.public])).head for token in signer.announced()]


def look(signer: HeadSigner, clock: FakeClock, seq: int, watermark: int = 0, *, for_ms: int = 3_000) -> None:
    for _ in range(for_ms // 100):
        signer.look(head(seq), watermark, clock.mono_ms())
        clock.advance(100)


def test_a_row_without_a_receipt_is_signed_for_within_seconds(signer: HeadSigner, clock: FakeClock) -> None:
    look(signer, clock, 1, for_ms=2_000)
    assert announced(signer) == []
    look(signer, clock, 1, for_ms=200)
    assert announced(signer) == [SignedHead(log_id=LOG, seq=1, hash=f"{1:064x}")]


def test_a_head_is_signed_once(signer: HeadSigner, clock: FakeClock) -> None:
    look(signer, clock, 1, for_ms=60_000)
    assert len(announced(signer)) == 1


def test_a_row_that_is_receipted_soon_costs_no_write(signer: HeadSigner, clock: FakeClock) -> None:
    look(signer, clock, 1, for_ms=1_000)
    look(signer, clock, 1, watermark=1)
    assert announced(signer) == []


def test_while_rows_keep_coming_heads_are_signed_all_the_same(signer: HeadSigner, clock: FakeClock) -> None:
    for seq in range(1, 61):
        look(signer, clock, seq, for_ms=500)
    assert len(announced(signer)) >= 10


def test_heads_that_a_receipt_covers_are_not_announced_and_go(
    signer: HeadSigner, clock: FakeClock, store: SyncStore
) -> None:
    for seq in (1, 2, 3):
        look(signer, clock, seq)
    store.move_watermark(LOG, 2, "0" * 64)
    assert [one.seq for one in announced(signer)] == [3]
    look(signer, clock, 4, watermark=2)
    store.move_watermark(LOG, 0, "0" * 64)
    assert [one.seq for one in announced(signer)] == [3, 4]


def test_of_many_heads_the_newest_and_some_of_every_age_stay(
    signer: HeadSigner, clock: FakeClock, store: SyncStore
) -> None:
    for seq in range(1, 201):
        look(signer, clock, seq)
    kept = [one.seq for one in announced(signer)]
    assert len(kept) <= HEADS_KEPT
    assert kept[-1] == 200
    assert kept[0] < 50
    assert kept == sorted(kept)


def test_a_signed_head_says_when_by_clocks_as_good_as_they_were(signer: HeadSigner, clock: FakeClock) -> None:
    look(signer, clock, 1)
    (token,) = signer.announced()
    claim = open_head(token, KeySet([KEY.public]))
    assert (claim.boot, claim.clock) == (clock.boot, "trusted")
    assert claim.at.startswith("2026-11-22T10:15")
