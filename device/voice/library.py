"""The library of recordings: which file says a prompt in a language, the operator's before the made one."""

from __future__ import annotations

import logging
import wave
from collections.abc import Iterable, Mapping
from pathlib import Path

from device.voice.script import CHINESE, PROMPTS

log = logging.getLogger(__name__)

SUFFIX = ".wav"
_SAMPLE_BYTES = 2


class Library:
    """Recordings found when it was made: `folders` hold one folder for each language, the first wins.

    A recording is a WAV file of 16-bit samples; one that is not is left out and named in the log once.
    """

    def __init__(self, folders: Iterable[Path] = ()) -> None:
        self._files: dict[str, dict[str, Path]] = {}
        for folder in reversed(tuple(folders)):
            for file in sorted(folder.glob(f"*/*{SUFFIX}")):
                if _is_recording(file):
                    self._files.setdefault(file.parent.name, {})[file.stem] = file

    @property
    def languages(self) -> frozenset[str]:
        """The languages that can be spoken: those with every prompt. A reason may be missing."""
        return frozenset(name for name, files in self._files.items() if not set(PROMPTS) - set(files))

    def files(self, language: str, prompts: Iterable[str]) -> tuple[Path, ...]:
        """The recordings of `prompts`; none at all in a language that cannot be spoken."""
        if language not in self.languages:
            return ()
        found = (self._file(language, prompt) for prompt in prompts)
        return tuple(file for file in found if file is not None)

    def _file(self, language: str, prompt: str) -> Path | None:
        """What the language itself does not have, as an official reason, is read in the list's Chinese."""
        chinese: Mapping[str, Path] = self._files.get(CHINESE, {})
        return self._files[language].get(prompt) or chinese.get(prompt)


def _is_recording(file: Path) -> bool:
    try:
        with wave.open(str(file), "rb") as recording:
            if recording.getsampwidth() == _SAMPLE_BYTES:
                return True
        why = "its samples are not of 16 bits"
    except (OSError, EOFError, wave.Error) as error:
        why = str(error)
    log.warning('voice recording left out file=%s/%s why="%s"', file.parent.name, file.name, why)
    return False
