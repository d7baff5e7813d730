"""What every speaker promises, held against the fake and against aplay on a card that writes a file."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from device.clock import SystemClock
from device.events import SpeakerChanged
from device.inbox import Inbox
from device.voice.speaker import Output, Speaker
from hardware.aplay_speaker import AplaySpeaker
from hardware.fake_speaker import FakeSpeaker
from tests.device.voice.voices import record, samples
from tests.patience import until

PROMPTS = ("saved", "thanks", "time")


class Bench(Protocol):
    """A speaker, what could be heard of it, and a hand on its sound card."""

    speaker: Speaker

    def heard(self, output: Output) -> bytes: ...
    def unplug(self) -> None: ...
    def plug_in(self) -> None: ...
    def clear(self) -> None: ...


class FakeBench:
    def __init__(self, folder: Path, inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
        self.speaker = FakeSpeaker(inbox, SystemClock())
        self.unplug = self.speaker.lose
        self.plug_in = self.speaker.come_back

    def heard(self, output: Output) -> bytes:
        said = [file for files, to in self.speaker.said if to is output for file in files]
        return b"".join(samples(file.parent.name, file.stem) for file in said)

    def clear(self) -> None:
        """There is nothing to clear."""


class AplayBench:
    """ALSA's file plugin is the card: what is played is in files, and nothing sounds."""

    def __init__(self, folder: Path, inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder / "cards"
        self._folder.mkdir()
        self._config = folder / "asound.conf"
        monkeypatch.setenv("ALSA_CONFIG_PATH", str(self._config))
        self.plug_in()
        self.speaker = AplaySpeaker(
            {output: f"card_{output}" for output in Output}, volume=100, inbox=inbox, clock=SystemClock()
        )
        self.speaker.start()

    def heard(self, output: Output) -> bytes:
        return b"".join(played(file) for file in sorted(self._folder.glob(f"{output}*")))

    def unplug(self) -> None:
        self._config.write_text("", "ascii")

    def plug_in(self) -> None:
        self._config.write_text("".join(card(output, self._folder) for output in Output), "utf-8")

    def clear(self) -> None:
        self.speaker.stop()


def played(file: Path) -> bytes:
    """What was played to it: ALSA fills the last period up with silence."""
    return file.read_bytes().decode("utf-16-le", "ignore").replace("\0", "").encode("utf-16-le")


def card(output: Output, folder: Path) -> str:
    """A card in ALSA's words: it writes each recording to a file of its own, and plays it to nothing."""
    return f"""
pcm.card_{output} {{
    type file
    file "{folder}/{output}"
    format raw
    truncate false
    slave.pcm {{ type null }}
}}
"""


def test_alsa_is_installed() -> None:
    assert shutil.which("aplay"), "apt-get install alsa-utils"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture(params=[FakeBench, AplayBench], ids=["fake", "aplay"])
def bench(
    request: pytest.FixtureRequest, tmp_path: Path, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    make: Callable[[Path, Inbox, pytest.MonkeyPatch], Bench] = request.param
    bench = make(tmp_path, inbox, monkeypatch)
    yield bench
    bench.clear()


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    record(tmp_path / "voice", "en", PROMPTS)
    return {prompt: tmp_path / "voice" / "en" / f"{prompt}.wav" for prompt in PROMPTS}


def spoken(*prompts: str) -> bytes:
    return b"".join(samples("en", prompt) for prompt in prompts)


def test_recordings_are_said_one_after_the_other(bench: Bench, files: dict[str, Path]) -> None:
    bench.speaker.say((files["saved"], files["thanks"]), Output.LOUDSPEAKER)
    until(lambda: bench.heard(Output.LOUDSPEAKER) == spoken("saved", "thanks"), what="both are heard")


def test_what_is_for_headphones_is_in_headphones_alone(bench: Bench, files: dict[str, Path]) -> None:
    bench.speaker.say((files["saved"],), Output.HEADPHONES)
    until(lambda: bench.heard(Output.HEADPHONES) == spoken("saved"), what="it is heard")
    assert bench.heard(Output.LOUDSPEAKER) == b""


def test_a_lost_card_is_told_once_and_its_return_once(
    bench: Bench, files: dict[str, Path], inbox: Inbox
) -> None:
    bench.unplug()
    bench.speaker.say((files["saved"],), Output.LOUDSPEAKER)
    lost = inbox.get(60)
    assert isinstance(lost, SpeakerChanged)
    assert not lost.works
    bench.speaker.say((files["saved"],), Output.LOUDSPEAKER)
    assert inbox.get(0.2) is None
    bench.plug_in()
    bench.speaker.say((files["thanks"],), Output.LOUDSPEAKER)
    back = inbox.get(60)
    assert isinstance(back, SpeakerChanged)
    assert back.works
    # What came before may have met the card already.
    until(lambda: bench.heard(Output.LOUDSPEAKER).endswith(spoken("thanks")), what="it is heard again")


def test_why_a_card_was_lost_tells_nothing_of_what_was_said(
    bench: Bench, files: dict[str, Path], inbox: Inbox
) -> None:
    bench.unplug()
    bench.speaker.say((files["saved"],), Output.LOUDSPEAKER)
    lost = inbox.get(60)
    assert isinstance(lost, SpeakerChanged)
    assert "saved" not in lost.why


def test_being_quiet_is_no_loss(bench: Bench, files: dict[str, Path], inbox: Inbox) -> None:
    bench.speaker.hush()
    bench.speaker.say((files["time"],), Output.LOUDSPEAKER)
    until(lambda: bench.heard(Output.LOUDSPEAKER) == spoken("time"), what="it is heard")
    assert inbox.get(0) is None
