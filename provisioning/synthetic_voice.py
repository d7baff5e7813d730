"""The synthetic voice: one recording for each prompt, made by espeak-ng."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from device.errors import ChuangpingError
from device.voice.library import SUFFIX
from device.voice.script import CHINESE, ENGLISH, Line, load_script

PROGRAM = "espeak-ng"
VOICES = {CHINESE: "cmn-latn-pinyin", ENGLISH: "en"}
"""By language. `cmn` reads both pinyin and characters as English words; `cmn-latn-pinyin` reads pinyin."""

_WORDS_A_MINUTE = {CHINESE: 150, ENGLISH: 150}
_LONGEST_S = 60


def make_voice(language: str, out: Path, *, program: str = PROGRAM) -> Iterator[Path]:
    """Each recording of `language` as it is made, in a folder of `out` named by it; older ones are replaced.

    Raises ChuangpingError when the program is not there or fails, or the folder cannot be written.
    """
    folder = out / language
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ChuangpingError(f"{folder}: cannot be made: {error.strerror}") from None
    for prompt, line in load_script(language).items():
        file = folder / f"{prompt}{SUFFIX}"
        _record(line, language, file, program)
        yield file


def _record(line: Line, language: str, file: Path, program: str) -> None:
    half = file.with_suffix(".part")
    speed = str(_WORDS_A_MINUTE[language])
    try:
        # "--": the words are never taken for an option.
        subprocess.run(
            [program, "-v", VOICES[language], "-s", speed, "-w", str(half), "--", line.say],
            check=True,
            capture_output=True,
            timeout=_LONGEST_S,
        )
        half.replace(file)  # never half a recording under its name
    except FileNotFoundError:
        raise ChuangpingError(
            f"{program} is not installed, or made nothing: apt-get install espeak-ng"
        ) from None
    except subprocess.TimeoutExpired:
        raise ChuangpingError(f"{program} took longer than {_LONGEST_S} s for {file.name}") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip()
        raise ChuangpingError(f"{program} failed ({error.returncode}) for {file.name}: {said}") from None
