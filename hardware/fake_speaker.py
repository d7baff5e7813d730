"""A speaker without a sound card: what is said is looked at."""

from __future__ import annotations

from pathlib import Path

from device.clock import Clock
from device.events import SpeakerChanged
from device.inbox import Inbox
from device.voice.speaker import Output


class FakeSpeaker:
    """A `device.voice.speaker.Speaker` for tests and for trying a device without sound. No thread.

    `said`: each utterance, whole, with its output. `hushed`: how often it was told to be quiet.
    """

    def __init__(self, inbox: Inbox, clock: Clock) -> None:
        self._inbox = inbox
        self._clock = clock
        self._works = True
        self._card = True
        self.said: list[tuple[tuple[Path, ...], Output]] = []
        self.hushed = 0

    def say(self, files: tuple[Path, ...], output: Output) -> None:
        """Say `files`, if the card is there."""
        if self._works is not self._card:
            self._works = self._card
            why = "back on request" if self._works else "lost on request"
            self._inbox.put(SpeakerChanged(self._works, self._clock.mono_ms(), why))
        if self._card:
            self.said.append((files, output))

    def hush(self) -> None:
        """Be quiet."""
        self.hushed += 1

    def lose(self) -> None:
        """The sound card is pulled out."""
        self._card = False

    def come_back(self) -> None:
        """It is there again."""
        self._card = True
