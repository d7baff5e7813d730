"""The port of what sounds: a loudspeaker everybody hears, headphones that one person hears."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Output(StrEnum):
    """Who hears it."""

    LOUDSPEAKER = "loudspeaker"
    HEADPHONES = "headphones"


class Speaker(Protocol):
    """Says recorded files, one utterance at a time."""

    def say(self, files: tuple[Path, ...], output: Output) -> None:
        """Say `files` one after the other, in place of what is being said. Any thread; never waits."""
        ...

    def hush(self) -> None:
        """Be quiet at once. Any thread; never waits."""
        ...


class Silence:
    """A Speaker of a device that has none."""

    def say(self, files: tuple[Path, ...], output: Output) -> None:
        """Nothing is said."""

    def hush(self) -> None:
        """It is quiet."""
