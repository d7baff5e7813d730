"""What is said to one citizen alone: by headphones, by columns under a finger, without a screen."""

from __future__ import annotations

from device.events import (
    Button,
    ButtonTile,
    ConfirmTile,
    ExploreTile,
    LevelTile,
    ReasonTile,
    TouchDown,
)
from device.level import Level
from device.signals import ALL_LAMPS, CLICK_MS, SAVED_SOUND_MS
from device.snapshot import Screen
from tests.device.voice.visiting import (
    ALWAYS,
    BLIND,
    ON_REQUEST,
    READ_ALOUD,
    ROW,
    invite,
    long,
    plug,
    short,
    touch,
)


def test_in_headphones_a_long_press_says_that_key(speaking):
    bench, ear = speaking(ALWAYS)
    plug(bench)
    invite(bench)
    ear.heard()
    long(bench, 2)
    assert ear.in_headphones() == ["key-2", "level-2"]


def test_headphones_hear_what_was_chosen_and_the_reasons_of_it(speaking):
    bench, ear = speaking(ON_REQUEST)
    plug(bench)
    invite(bench)
    ear.heard()
    short(bench, 1)
    page = [p for n, code in ((1, 108), (2, 109), (3, 110)) for p in (f"key-{n}", f"reason-{code}")]
    assert ear.in_headphones() == ["saved", "chosen", "level-1", "reasons", *page, "reasons-keys"]
    bench.let(1_600)
    long(bench, 3)
    assert ear.in_headphones() == ["key-3", "reason-110"]
    short(bench, 3)
    assert ear.in_headphones() == ["ticked"]
    short(bench, 3)
    assert ear.in_headphones() == ["unticked"]
    short(bench, 4)
    assert ear.in_headphones()[:2] == ["key-1", "reason-111"]


def test_headphones_pulled_out_leave_nothing_in_the_open(speaking):
    bench, ear = speaking(ON_REQUEST)
    plug(bench)
    invite(bench)
    short(bench, 1)
    ear.heard()
    hushed = ear.speaker.hushed
    plug(bench, plugged=False)
    assert ear.speaker.hushed > hushed
    assert not bench.shown.columns
    bench.let(1_600)
    long(bench, 1)
    touch(bench, READ_ALOUD)
    assert set(ear.aloud()) == {"reasons-keys", "saved", "reasons"}


def test_a_column_speaks_and_the_bar_below_chooses_it(speaking):
    bench, ear = speaking(ON_REQUEST)
    plug(bench)
    invite(bench)
    assert bench.shown.columns
    ear.heard()
    for level in (5, 3, 2):
        touch(bench, ExploreTile(LevelTile(Level(level))))
    assert ear.in_headphones() == ["level-5", "level-3", "level-2"]
    assert (bench.shown.explored, bench.rows()) == (2, [])
    touch(bench, ConfirmTile())
    assert [(row["level"], row["input"]) for row in bench.rows()] == [(2, "touch")]
    assert bench.shown.explored is None


def test_the_bar_chooses_nothing_before_a_column_was_touched(speaking):
    bench, ear = speaking(ON_REQUEST)
    plug(bench)
    invite(bench)
    ear.heard()
    touch(bench, ConfirmTile())
    assert ear.in_headphones() == ["touch-first"]
    assert bench.rows() == []


def test_the_reasons_have_columns_in_headphones(speaking):
    bench, ear = speaking(ON_REQUEST)
    plug(bench)
    invite(bench)
    short(bench, 2)
    bench.let(1_600)
    ear.heard()
    touch(bench, ExploreTile(ReasonTile("207")))
    touch(bench, ConfirmTile())
    touch(bench, ExploreTile(ButtonTile(Button.FINISH)))
    touch(bench, ConfirmTile())
    assert ear.in_headphones() == ["reason-207", "ticked", "finish", "thanks"]
    assert bench.rows()[-1]["indicators"] == ["207"]


def test_without_a_screen_a_rating_ends_at_once_with_thanks(speaking):
    bench, ear = speaking(BLIND)
    invite(bench)
    assert ear.aloud() == ["invitation", *ROW, "how-keys", "private"]
    short(bench, 2)
    assert ear.aloud() == ["saved", "thanks"]
    assert bench.shown.screen is Screen.THANKS


def test_without_a_screen_headphones_are_offered_the_reasons(speaking):
    bench, ear = speaking(BLIND)
    plug(bench)
    invite(bench)
    short(bench, 2)
    bench.let(1_600)
    short(bench, 1)
    short(bench, 5)
    assert bench.rows()[-1]["indicators"] == ["207"]
    assert ear.in_headphones()[-1] == "thanks"


def test_without_a_screen_and_a_voice_lamps_and_sounds_still_ask_and_answer(speaking):
    bench, ear = speaking(BLIND, languages=("zh-Hans", "bo"))
    invite(bench, language="bo")
    assert [mask for _, what, mask in bench.sent if what == "lamps"] == [ALL_LAMPS]
    bench.press(3)
    bench.let(1_000)
    assert [row["level"] for row in bench.rows()] == [3]
    assert [ms for _, what, ms in bench.sent if what == "beep"] == [CLICK_MS, SAVED_SOUND_MS]
    assert ear.heard() == []


def test_a_stale_touch_on_a_column_says_nothing(speaking):
    bench, ear = speaking(ON_REQUEST)
    plug(bench)
    invite(bench)
    old = bench.shown.number
    short(bench, 2)
    ear.heard()
    bench.feel(TouchDown("late", ExploreTile(LevelTile(Level(5))), old, bench.clock.mono_ms()))
    bench.let(60)
    assert ear.heard() == []
