"""Recordings and a device that speaks them, for tests of the voice."""

from __future__ import annotations

import wave
from collections.abc import Iterable
from pathlib import Path

from device.clock import FakeClock
from device.inbox import Inbox
from device.voice.announcer import Announcer
from device.voice.library import Library
from device.voice.script import PROMPTS
from device.voice.speaker import Output
from device.voice.telling import VoiceRules
from hardware.fake_speaker import FakeSpeaker


def record(folder: Path, language: str, prompts: Iterable[str] = PROMPTS) -> None:
    """A recording of its own for each of `prompts`: as many samples as its name's bytes, and these."""
    (folder / language).mkdir(parents=True, exist_ok=True)
    for prompt in prompts:
        with wave.open(str(folder / language / f"{prompt}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8_000)
            file.writeframes(samples(language, prompt))


def samples(language: str, prompt: str) -> bytes:
    """What `record` wrote for `prompt`: its name, between two marks, each letter a sample."""
    return f"<{language}/{prompt}>".encode("utf-16-le")


class Ear:
    """Hears what an announcer says: `heard()` takes the prompts said since, with who could hear each."""

    def __init__(self, folder: Path, rules: VoiceRules) -> None:
        self.speaker = FakeSpeaker(Inbox(), FakeClock())
        self._library = Library((folder,))
        self._rules = rules

    def announcer(self, clock: FakeClock) -> Announcer:
        return Announcer(clock=clock, speaker=self.speaker, library=self._library, rules=self._rules)

    def heard(self) -> list[tuple[Output, list[str]]]:
        said, self.speaker.said = self.speaker.said, []
        return [(output, [file.stem for file in files]) for files, output in said]

    def aloud(self) -> list[str]:
        """The prompts everybody could hear since; nothing else may have been said."""
        heard = self.heard()
        assert all(output is Output.LOUDSPEAKER for output, _ in heard)
        return [prompt for _, prompts in heard for prompt in prompts]

    def in_headphones(self) -> list[str]:
        """The prompts that headphones alone heard since; nothing else may have been said."""
        heard = self.heard()
        assert all(output is Output.HEADPHONES for output, _ in heard)
        return [prompt for _, prompts in heard for prompt in prompts]
