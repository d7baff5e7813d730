"""aplay as a child process: the newest interrupts, loudness, a program that is not there or hangs."""

from __future__ import annotations

import array
import stat
import tempfile
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from device.clock import FakeClock, SystemClock
from device.events import SpeakerChanged
from device.inbox import Inbox
from device.voice.speaker import Output
from hardware.aplay_speaker import AplaySpeaker
from tests.device.voice.voices import record, samples
from tests.patience import until

Make = Callable[..., AplaySpeaker]


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def speaker(inbox: Inbox) -> Iterator[Make]:
    started: list[AplaySpeaker] = []

    def make(
        program: Path | str, *, volume: int = 100, clock: SystemClock | FakeClock | None = None
    ) -> AplaySpeaker:
        speaker = AplaySpeaker(
            {Output.LOUDSPEAKER: "card"},
            volume=volume,
            inbox=inbox,
            clock=clock or SystemClock(),
            program=str(program),
        )
        started.append(speaker)
        speaker.start()
        return speaker

    yield make
    for one in started:
        one.stop()


def program(folder: Path, body: str) -> Path:
    """A stand-in for aplay that does `body` with what it is given, in a shell."""
    file = folder / "aplay"
    file.write_text(f"#!/bin/sh\n{body}\n", "utf-8")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file


def voice(folder: Path, *prompts: str) -> tuple[Path, ...]:
    record(folder, "en", prompts)
    return tuple(folder / "en" / f"{prompt}.wav" for prompt in prompts)


def test_the_newest_utterance_interrupts_the_older(tmp_path: Path, speaker: Make, inbox: Inbox) -> None:
    heard = tmp_path / "heard"
    # The first one played goes on until it is ended.
    play = program(
        tmp_path, f'cat >>"{heard}"; [ -e "{tmp_path}/once" ] || {{ : >"{tmp_path}/once"; exec sleep 600; }}'
    )
    first, more, second = voice(tmp_path, "saved", "thanks", "time")
    one = speaker(play)
    one.say((first, more), Output.LOUDSPEAKER)
    until((tmp_path / "once").exists, what="the first is being said")
    one.say((second,), Output.LOUDSPEAKER)
    until(lambda: samples("en", "time") in heard.read_bytes(), what="the second is said")
    assert samples("en", "thanks") not in heard.read_bytes()
    assert inbox.get(0) is None  # to be interrupted is no loss


def test_hush_ends_what_is_being_said(tmp_path: Path, speaker: Make, inbox: Inbox) -> None:
    play = program(tmp_path, f'echo $$ >"{tmp_path}/pid"; exec sleep 600')
    one = speaker(play)
    one.say(voice(tmp_path, "saved"), Output.LOUDSPEAKER)
    pid = until(
        lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip(), what="playing"
    )
    one.hush()
    until(lambda: not Path(f"/proc/{pid}").exists(), what="the player is gone")
    assert inbox.get(0) is None


def test_a_player_that_is_not_installed_is_a_lost_speaker(
    tmp_path: Path, speaker: Make, inbox: Inbox
) -> None:
    speaker(tmp_path / "nowhere").say(voice(tmp_path, "saved"), Output.LOUDSPEAKER)
    lost = inbox.get(60)
    assert isinstance(lost, SpeakerChanged)
    assert "cannot be started" in lost.why


def test_a_player_that_hangs_is_ended_and_told(tmp_path: Path, speaker: Make, inbox: Inbox) -> None:
    clock = FakeClock()
    play = program(tmp_path, f': >"{tmp_path}/playing"; exec sleep 600')
    speaker(play, clock=clock).say(voice(tmp_path, "saved"), Output.LOUDSPEAKER)
    until((tmp_path / "playing").exists, what="it is being played")
    clock.advance(10_000)
    lost = inbox.get(60)
    assert isinstance(lost, SpeakerChanged)
    assert "takes nothing" in lost.why


def test_a_recording_that_was_taken_away_is_left_out(tmp_path: Path, speaker: Make) -> None:
    heard = tmp_path / "heard"
    first, second = voice(tmp_path, "saved", "thanks")
    first.unlink()
    speaker(program(tmp_path, f'cat >>"{heard}"')).say((first, second), Output.LOUDSPEAKER)
    until(lambda: heard.exists() and samples("en", "thanks") in heard.read_bytes(), what="the second is said")


def test_a_card_without_room_silences_the_voice_no_longer_than_it_lasts(
    tmp_path: Path, speaker: Make, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = tmp_path / "room"
    monkeypatch.setattr(tempfile, "tempdir", str(room))  # not there: as a card that takes nothing
    heard = tmp_path / "heard"
    one = speaker(program(tmp_path, f'cat >>"{heard}"'))
    one.say(voice(tmp_path, "saved"), Output.LOUDSPEAKER)
    lost = inbox.get(60)
    assert isinstance(lost, SpeakerChanged)
    assert not lost.works
    room.mkdir()
    one.say(voice(tmp_path, "thanks"), Output.LOUDSPEAKER)
    until(lambda: heard.exists() and samples("en", "thanks") in heard.read_bytes(), what="the voice is back")


def test_a_recording_cut_off_in_the_middle_of_a_sample_is_left_out(tmp_path: Path, speaker: Make) -> None:
    heard = tmp_path / "heard"
    first, second = voice(tmp_path, "saved", "thanks")
    first.write_bytes(first.read_bytes()[:-3])
    speaker(program(tmp_path, f'cat >>"{heard}"')).say((first, second), Output.LOUDSPEAKER)
    until(lambda: heard.exists() and samples("en", "thanks") in heard.read_bytes(), what="the second is said")


def test_what_is_for_headphones_is_said_to_nobody_where_there_are_none(tmp_path: Path, speaker: Make) -> None:
    heard = tmp_path / "heard"
    private, public = voice(tmp_path, "chosen", "saved")
    one = speaker(program(tmp_path, f'cat >>"{heard}"'))
    one.say((private,), Output.HEADPHONES)
    one.say((public,), Output.LOUDSPEAKER)
    until(lambda: heard.exists() and samples("en", "saved") in heard.read_bytes(), what="the public one")
    assert samples("en", "chosen") not in heard.read_bytes()


def test_recordings_are_played_as_loud_as_is_set(tmp_path: Path, speaker: Make) -> None:
    played = tmp_path / "played.wav"
    play = program(tmp_path, f'cat >"{played}.part"; mv "{played}.part" "{played}"')
    speaker(play, volume=50).say(voice(tmp_path, "saved"), Output.LOUDSPEAKER)
    until(played.exists, what="it is played")
    with wave.open(str(played), "rb") as file:
        softer = array.array("h", file.readframes(file.getnframes()))
    assert list(softer) == [sample // 2 for sample in array.array("h", samples("en", "saved"))]


def test_nothing_of_what_is_said_is_in_the_players_arguments(tmp_path: Path, speaker: Make) -> None:
    told = tmp_path / "arguments"
    play = program(tmp_path, f'echo "$@" >"{told}.part"; mv "{told}.part" "{told}"')
    speaker(play).say(voice(tmp_path, "level-1"), Output.LOUDSPEAKER)
    until(told.exists, what="it is played")
    assert told.read_text().split() == ["-q", "-D", "card"]
