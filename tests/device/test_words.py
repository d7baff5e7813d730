"""Words through the device's loop: sealed in the ledger, and nowhere else."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from device.events import Button, ButtonTile, ConfidedTile, ReasonTile, TouchDown, TouchUp, Typed
from device.ledger.reader import LedgerReader
from device.snapshot import Screen
from tests.device import visits
from tests.device.bench import Bench
from tests.device.sealed import CONFIDED, KEY, NUMBER, WORDS, opened

RULES = replace(visits.RULES, words_offered=True, words_ms=90_000)


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path, rules=RULES, seal=KEY)
    yield made
    made.window.close()


def touch(bench, target):
    """A finger on what is shown now, and the time in which the filter lets it through."""
    number = bench.shown.number
    bench.feel(TouchDown("finger", target, number, bench.clock.mono_ms()))
    bench.feel(TouchUp("finger", bench.clock.mono_ms()))
    bench.let(60)


def rate(bench, key=2):
    """An invited visit, rated; the reasons are shown and no longer dead."""
    bench.invite()
    bench.let(50)
    bench.press(key)
    bench.let(2_000)


def confide(bench):
    touch(bench, ButtonTile(Button.WORDS))
    assert bench.shown.screen is Screen.WORDS
    bench.let(5_000)
    touch(bench, ConfidedTile(CONFIDED))


def test_the_last_row_of_the_visit_names_a_blob_that_the_province_can_open(bench, tmp_path):
    rate(bench)
    touch(bench, ReasonTile("208"))
    confide(bench)
    assert bench.shown.screen is Screen.THANKS
    first, last = bench.rows()
    assert (first["sealed"], first["anonymous"]) == (None, True)
    assert (last["level"], last["indicators"], last["replaces"]) == (2, ["208"], 1)
    assert (last["sealed"]["purpose"], last["anonymous"]) == ("words_contact", False)
    with LedgerReader(tmp_path / "ratings.db") as reader:
        (blob,) = reader.sealed_after(0, 10)
    assert (blob.seq, blob.sha256) == (2, last["sealed"]["sha256"])
    assert opened(blob.enc, blob.ct, visit=last["visit"]) == {
        "contact": NUMBER,
        "consent": "2026-1",
        "words": WORDS,
    }


def test_words_alone_leave_the_rating_anonymous(bench):
    rate(bench)
    touch(bench, ButtonTile(Button.WORDS))
    bench.let(500)
    touch(bench, ConfidedTile(replace(CONFIDED, contact=None)))
    assert (bench.rows()[-1]["sealed"]["purpose"], bench.rows()[-1]["anonymous"]) == ("words", True)


def test_no_file_no_log_and_no_snapshot_has_what_was_typed(bench, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    rate(bench)
    confide(bench)
    bench.let(10_000)
    for file in tmp_path.rglob("*"):
        if file.is_file():
            held = file.read_bytes()
            for secret in (WORDS, NUMBER):
                assert secret.encode() not in held, file
                assert secret.encode("utf-16-le") not in held, file
    assert WORDS not in caplog.text + repr(bench.snapshots)
    assert NUMBER not in caplog.text + repr(bench.snapshots)


def test_the_counter_and_the_lamps_are_told_the_same_with_words_and_without(tmp_path):
    told = []
    for number, words in enumerate((False, True)):
        folder = tmp_path / str(number)
        folder.mkdir()
        bench = Bench(folder, rules=RULES, seal=KEY)
        rate(bench)
        answered = [(status.state, bench.clock.mono_ms()) for status in bench.announced]
        before = len(bench.sent)
        touch(bench, ButtonTile(Button.WORDS if words else Button.CHANGE))
        bench.let(5_000)
        told.append(([state for state, _ in answered], [what for _, what, _ in bench.sent[before:][:2]]))
        assert len(bench.announced) == len(answered), "nothing is announced after the level"
        bench.window.close()
    assert told[0] == told[1]


def test_typing_puts_the_end_off_and_says_nothing_else(bench):
    rate(bench)
    touch(bench, ButtonTile(Button.WORDS))
    for _ in range(10):
        bench.let(60_000)
        bench.feel(Typed(bench.clock.mono_ms()))
    assert bench.shown.screen is Screen.WORDS
    bench.let(91_000)
    assert bench.shown.screen is not Screen.WORDS
    assert len(bench.rows()) == 1


def test_typing_that_is_heard_late_does_not_put_off_the_thanks(bench):
    rate(bench)
    confide(bench)
    assert bench.shown.screen is Screen.THANKS
    bench.feel(Typed(bench.clock.mono_ms()))
    bench.let(3_100)
    assert bench.shown.screen is Screen.IDLE


def test_a_device_that_is_stopped_meanwhile_keeps_what_was_ticked(bench):
    rate(bench)
    touch(bench, ReasonTile("208"))
    touch(bench, ButtonTile(Button.WORDS))
    bench.loop._finish()
    assert [row["indicators"] for row in bench.rows()] == [[], ["208"]]


def test_without_a_sealing_key_the_screen_does_not_offer_it(tmp_path):
    bench = Bench(tmp_path)
    rate(bench)
    assert not bench.shown.words_offered
    touch(bench, ButtonTile(Button.WORDS))
    assert bench.shown.screen is Screen.REASONS
    bench.window.close()


@pytest.mark.parametrize("key", range(1, 6))
def test_it_is_offered_at_every_level(bench, key):
    rate(bench, key)
    assert bench.shown.words_offered
