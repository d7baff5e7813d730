"""What a device says aloud in whole visits."""

from __future__ import annotations

from device.events import (
    Button,
    ButtonTile,
    KeyDown,
    KeyUp,
    LanguageTile,
    SpeakerChanged,
)
from device.faults import Fault
from device.level import Level
from device.snapshot import Notice, Screen
from device.visit.happenings import RatedByPhone
from device.visit.state import invitation_of
from device.voice.telling import VoiceRules
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


def test_a_visit_is_asked_for_saved_and_thanked_for_aloud(speaking):
    bench, ear = speaking(ON_REQUEST)
    invite(bench)
    assert ear.aloud() == ["invitation"]
    bench.press(4)
    assert ear.aloud() == ["saved"]
    bench.let(1_600)
    bench.press(5)
    assert ear.aloud() == ["thanks"]


def test_off_means_quiet_and_no_button(speaking):
    bench, ear = speaking(VoiceRules())
    invite(bench)
    assert not bench.shown.read_aloud
    touch(bench, READ_ALOUD)
    bench.press(4)
    assert ear.heard() == []


def test_a_language_without_a_voice_is_quiet_and_has_no_button(speaking):
    bench, ear = speaking(ON_REQUEST, languages=("zh-Hans", "bo"))
    invite(bench, language="bo")
    assert (bench.shown.language, bench.shown.read_aloud) == ("bo", False)
    bench.press(4)
    assert ear.heard() == []
    assert [row["level"] for row in bench.rows()] == [4]


def test_each_language_has_its_own_recordings(speaking):
    bench, ear = speaking(ON_REQUEST)
    invite(bench, language="en")
    ((files, _),) = ear.speaker.said
    assert [file.parent.name for file in files] == ["en"]


def test_the_button_reads_the_screen_then_makes_keys_then_the_glass_speak(speaking):
    bench, ear = speaking(ON_REQUEST)
    invite(bench)
    ear.heard()
    touch(bench, READ_ALOUD)
    assert ear.aloud() == ["invitation", *ROW, "how-keys"]
    assert not bench.shown.columns
    touch(bench, READ_ALOUD)
    assert ear.aloud() == ["invitation", *ROW, "how-keys", "how-columns"]
    assert bench.shown.columns


def test_the_button_on_the_idle_screen_only_reads(speaking):
    bench, ear = speaking(ON_REQUEST)
    touch(bench, READ_ALOUD)
    assert ear.aloud() == ["idle"]
    assert bench.shown.notice is not Notice.NOT_INVITED


def test_before_it_is_asked_for_a_long_press_chooses_as_a_short_one(speaking):
    bench, _ = speaking(ON_REQUEST)
    invite(bench)
    long(bench, 2)
    assert [row["level"] for row in bench.rows()] == [2]


def test_a_long_press_speaks_and_a_short_one_chooses_at_its_release(speaking):
    bench, ear = speaking(ALWAYS)
    invite(bench)
    ear.heard()
    long(bench, 2)
    assert ear.aloud() == ROW
    assert bench.rows() == []
    bench.feel(KeyDown(2, bench.clock.mono_ms()))
    bench.let(300)
    assert bench.rows() == []
    bench.feel(KeyUp(2, bench.clock.mono_ms()))
    bench.let(60)
    assert [row["level"] for row in bench.rows()] == [2]


def test_the_loudspeaker_and_the_lamps_tell_no_key_from_another(speaking):
    def visit(key):
        bench, ear = speaking(ALWAYS)
        began_ms = bench.clock.mono_ms()
        bench.sent.clear()
        invite(bench)
        long(bench, key)
        short(bench, key)
        bench.let(1_600)
        long(bench, 1)
        bench.let(25_000)
        return ear.heard(), [(at_ms - began_ms, *what) for at_ms, *what in bench.sent]

    assert visit(1) == visit(2) == visit(3) == visit(4) == visit(5)


def test_keys_that_give_other_levels_are_named_so(speaking):
    levels = tuple(Level(n) for n in (5, 4, 3, 2, 1))
    bench, ear = speaking(ALWAYS, key_levels=levels)
    plug(bench)
    invite(bench)
    ear.heard()
    long(bench, 1)
    assert ear.in_headphones() == ["key-1", "level-5"]


def test_spoken_mode_is_left_at_the_end_of_the_visit(speaking):
    bench, _ = speaking(ON_REQUEST)
    invite(bench)
    touch(bench, READ_ALOUD)
    touch(bench, READ_ALOUD)
    short(bench, 5)
    bench.let(30_000)
    invite(bench, 2)
    assert not bench.shown.columns
    long(bench, 4)
    assert [row["level"] for row in bench.rows()] == [5, 4]


def test_twenty_seconds_before_the_end_it_is_said_and_a_long_press_puts_it_off(speaking):
    bench, ear = speaking(ALWAYS)
    invite(bench)
    ear.heard()
    bench.let(39_000)
    assert ear.heard() == []
    bench.let(1_500)
    assert ear.aloud() == ["time"]
    long(bench, 1)
    bench.let(30_000)
    assert bench.shown.screen is Screen.LEVEL
    assert ear.aloud() == ROW


def test_in_another_language_the_screen_is_said_again(speaking):
    bench, ear = speaking(ALWAYS)
    invite(bench)
    ear.heard()
    touch(bench, LanguageTile("en"))
    assert ear.aloud() == ["invitation", *ROW, "how-keys"]


def test_without_spoken_mode_no_time_is_announced(speaking):
    bench, ear = speaking(ON_REQUEST)
    invite(bench)
    ear.heard()
    bench.let(55_000)
    assert ear.heard() == []


def test_declining_is_silent_aloud_as_silence_is(speaking):
    bench, ear = speaking(ON_REQUEST)
    invite(bench)
    ear.heard()
    touch(bench, ButtonTile(Button.DECLINE))
    assert bench.shown.declined
    assert ear.heard() == []


def test_what_was_being_said_goes_on_over_nobody_who_has_declined(speaking):
    bench, ear = speaking(ALWAYS)
    invite(bench)
    hushed = ear.speaker.hushed
    touch(bench, ButtonTile(Button.DECLINE))
    assert ear.speaker.hushed == hushed + 1


def test_what_was_said_on_a_phone_is_thanked_for_and_not_called_saved_here(speaking):
    bench, ear = speaking(ON_REQUEST, phone_offered=True)
    invite(bench)
    touch(bench, ButtonTile(Button.PHONE))
    bench.let(500)
    touch(bench, ButtonTile(Button.BACK))
    assert bench.shown.screen is Screen.LEVEL
    ear.heard()
    bench.window.apply(RatedByPhone(invitation_of(bench.window.state.phase).visit, bench.clock.mono_ms()))
    bench.let(10)
    assert bench.shown.by_phone
    assert ear.aloud() == ["thanks"]


def test_who_is_not_invited_is_told_so(speaking):
    bench, ear = speaking(BLIND)
    short(bench, 5)
    assert ear.aloud() == ["not-invited"]


def test_a_lost_speaker_is_for_staff_to_see_and_ratings_go_on(speaking):
    bench, _ = speaking(ON_REQUEST)
    bench.feel(SpeakerChanged(works=False, at_ms=bench.clock.mono_ms(), why="no card"))
    bench.let(60_000)
    assert bench.shown.fault == Fault.VOICE_LOST
    invite(bench)
    assert bench.shown.fault is None
    bench.press(5)
    assert [row["level"] for row in bench.rows()] == [5]
