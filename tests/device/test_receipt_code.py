"""The receipt code: on request only, at every level alike, with a word that nobody finds in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.device_code import LETTERS
from device.events import Button, ButtonTile, ReceiptTile, Target, TouchDown, TouchUp
from device.receipt_code import is_word, read_receipt_code, receipt_code, word_hash
from device.row import Row
from device.snapshot import Screen
from device.visit.state import MOST_EXTENSIONS, RECEIPT_CODE_MS, RECEIPT_WORD_MS
from tests.device.bench import Bench
from tests.device.visits import RULES

URL = "https://rate.example.gov.cn/receipt"
WORD = ReceiptTile("4071")
visits = st.integers(0, 2**128 - 1).map(lambda number: f"{number:032x}")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path, rules=replace(RULES, receipt_url=URL))
    yield made
    made.window.close()


def touch(bench: Bench, target: Target | None) -> None:
    bench.feel(TouchDown("t", target, bench.shown.number, bench.clock.mono_ms()))
    bench.feel(TouchUp("t", bench.clock.mono_ms()))
    bench.let(60)


def rate(bench: Bench, key: int = 2, number: int = 1) -> None:
    bench.invite(number)
    bench.let(100)
    bench.press(key)
    bench.let(2_000)


def ask(bench: Bench, word: ReceiptTile = WORD) -> None:
    touch(bench, ButtonTile(Button.RECEIPT))
    bench.let(3_000)
    touch(bench, word)


def kinds(bench: Bench, kind: str) -> list[Row]:
    return [row for row in bench.rows() if row["kind"] == kind]


def test_who_asks_for_it_chooses_a_word_and_is_shown_the_code_for_twenty_seconds(bench: Bench) -> None:
    rate(bench)
    assert bench.shown.receipts_offered
    touch(bench, ButtonTile(Button.RECEIPT))
    assert (bench.shown.screen, bench.shown.receipt) == (Screen.RECEIPT, None)
    bench.let(3_000)
    touch(bench, WORD)
    (rating,) = kinds(bench, "rating")
    assert bench.shown.receipt == receipt_code(rating["visit"])
    assert bench.shown.receipt_address == f"{URL}?code={bench.shown.receipt}"
    bench.let(RECEIPT_CODE_MS - 500)
    assert bench.shown.screen is Screen.RECEIPT
    bench.let(1_000)
    assert bench.shown.screen is Screen.THANKS


def test_the_row_holds_the_code_and_a_hash_and_replaces_nothing(bench: Bench) -> None:
    rate(bench)
    ask(bench)
    (rating,) = kinds(bench, "rating")
    (row,) = kinds(bench, "receipt")
    assert (row["visit"], row["code"]) == (rating["visit"], receipt_code(rating["visit"]))
    assert row["word"] == word_hash(row["salt"], "4071")
    assert "4071" not in str({**row, "salt": "", "word": "", "hash": "", "mono_ms": 0, "at": "", "code": ""})
    assert "level" not in row


def test_the_reasons_can_be_given_afterwards_and_replace_the_level(bench: Bench) -> None:
    rate(bench)
    ask(bench)
    bench.let(1_000)
    touch(bench, ButtonTile(Button.BACK))
    assert bench.shown.screen is Screen.REASONS
    bench.let(1_000)
    bench.press(1)
    touch(bench, ButtonTile(Button.FINISH))
    first, last = kinds(bench, "rating")
    assert last["replaces"] == first["seq"]
    assert len(last["indicators"]) == 1


def test_nobody_is_offered_a_code_that_nothing_looks_up(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    rate(bench)
    assert not bench.shown.receipts_offered
    touch(bench, ButtonTile(Button.RECEIPT))
    assert bench.shown.screen is Screen.REASONS
    bench.window.close()


def test_who_asks_and_walks_away_has_rated_and_has_no_code(bench: Bench) -> None:
    rate(bench)
    touch(bench, ButtonTile(Button.RECEIPT))
    bench.let(RECEIPT_WORD_MS + 500)
    assert bench.shown.screen is Screen.THANKS
    assert kinds(bench, "receipt") == []
    assert [row["outcome"] for row in kinds(bench, "rating")] == ["rated"]


def test_word_after_word_puts_the_end_of_the_visit_off_no_further(bench: Bench) -> None:
    rate(bench)
    most_ms = RULES.reasons_ms * MOST_EXTENSIONS + RECEIPT_WORD_MS * MOST_EXTENSIONS + RECEIPT_CODE_MS
    ends_ms = bench.clock.mono_ms() + most_ms
    while bench.clock.mono_ms() < ends_ms and bench.shown.screen is not Screen.IDLE:
        ask(bench)
        bench.let(10_000)
        touch(bench, ButtonTile(Button.BACK))
        bench.let(500)
    assert bench.shown.screen in (Screen.THANKS, Screen.IDLE)


def test_a_touch_does_not_shorten_the_time_of_a_code_that_came_late(bench: Bench) -> None:
    rate(bench)
    touch(bench, ButtonTile(Button.RECEIPT))
    while bench.shown.countdown is not None and not bench.shown.countdown.last:
        bench.let(5_000)
        touch(bench, None)
    assert bench.shown.countdown is not None
    bench.let(bench.shown.countdown.until_ms - bench.clock.mono_ms() - 1_000)
    touch(bench, WORD)
    bench.let(2_000)
    touch(bench, None)
    bench.let(RECEIPT_CODE_MS - 4_000)
    assert bench.shown.screen is Screen.RECEIPT


def test_keys_mean_nothing_on_this_screen(bench: Bench) -> None:
    rate(bench)
    touch(bench, ButtonTile(Button.RECEIPT))
    bench.let(2_000)
    bench.press(5)
    assert bench.shown.screen is Screen.RECEIPT


@pytest.mark.parametrize("key", [1, 2, 3, 4, 5])
def test_it_is_the_same_for_every_level(tmp_path: Path, key: int) -> None:
    bench = Bench(tmp_path, rules=replace(RULES, receipt_url=URL))
    rate(bench, key)
    ask(bench)
    seen = [
        (s.screen, s.countdown and s.countdown.total_ms, s.receipts_offered) for s in bench.snapshots[-6:]
    ]
    bench.window.close()
    other = tmp_path / "other"
    other.mkdir()
    like = Bench(other, rules=replace(RULES, receipt_url=URL))
    rate(like, key % 5 + 1)
    ask(like)
    assert seen == [
        (s.screen, s.countdown and s.countdown.total_ms, s.receipts_offered) for s in like.snapshots[-6:]
    ]
    like.window.close()


def test_the_word_is_in_no_state_and_no_repr(bench: Bench) -> None:
    rate(bench)
    ask(bench)
    assert "4071" not in repr(WORD)
    assert "4071" not in repr(bench.window.state)


@pytest.mark.parametrize("word", ["", "123", "12345", "12a4", "１２３４", "-123"])
def test_what_is_not_four_digits_is_no_word(word: str) -> None:
    assert not is_word(word)
    with pytest.raises(ValueError, match="a word is four digits"):
        ReceiptTile(word)


@given(visits)
def test_a_code_is_read_as_it_was_written_however_it_is_typed(visit: str) -> None:
    code = receipt_code(visit)
    assert read_receipt_code(code) == code
    assert read_receipt_code(f" {code.lower().replace('-', ' ')} ") == code


@given(visits, st.integers(0, 11), st.sampled_from(LETTERS))
def test_one_wrong_letter_is_always_noticed(visit: str, place: int, letter: str) -> None:
    code = receipt_code(visit).replace("-", "")
    wrong = code[:place] + letter + code[place + 1 :]
    assert (read_receipt_code(wrong) is None) == (wrong != code)


@given(st.text(max_size=80))
def test_anything_can_be_typed(typed: str) -> None:
    code = read_receipt_code(typed)
    assert code is None or len(code) == len("7K3M-Q9XT-WAHB")
