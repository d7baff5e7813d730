"""The speaker that plays recordings by ALSA's `aplay`, one process for each."""

from __future__ import annotations

import array
import contextlib
import io
import queue
import subprocess
import sys
import tempfile
import threading
import wave
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from device.clock import Clock
from device.events import SpeakerChanged
from device.inbox import Inbox
from device.voice.speaker import Output

_LOOK_S = 0.02  # how soon what is newer is heard of, while something is being played
_PATIENCE_S = 5.0  # a card that takes so much longer than a recording lasts has hung
_STOP_LIMIT_S = 5.0
_SAMPLE_BYTES = 2


@dataclass(frozen=True, slots=True)
class _Utterance:
    files: tuple[Path, ...]
    output: Output


class AplaySpeaker:
    """A `device.voice.speaker.Speaker`. Its thread, `speaker`, plays; `say` and `hush` only enqueue.

    `devices`: the ALSA device of each output. `volume`: in percent. A card that cannot be played to is told
    once as SpeakerChanged, and once when it is back; nothing is tried again but with the next utterance.
    What was said is in no argument and no log line: recordings go in by standard input.
    """

    def __init__(
        self,
        devices: Mapping[Output, str],
        *,
        volume: int,
        inbox: Inbox,
        clock: Clock,
        program: str = "aplay",
    ) -> None:
        self._devices = dict(devices)
        self._volume = volume
        self._inbox = inbox
        self._clock = clock
        self._program = program
        self._asked: queue.SimpleQueue[_Utterance | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._works = True
        self._thread = threading.Thread(target=self._run, name="speaker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Be quiet, and end within a moment."""
        self._stopping.set()
        self.hush()
        self._thread.join(_STOP_LIMIT_S)

    def say(self, files: tuple[Path, ...], output: Output) -> None:
        self._asked.put(_Utterance(files, output))

    def hush(self) -> None:
        self._asked.put(None)

    def _run(self) -> None:
        while not self._stopping.is_set():
            asked = self._asked.get()
            while not self._asked.empty():  # only the newest is said
                asked = self._asked.get()
            if asked is not None:
                self._play(asked)

    def _play(self, utterance: _Utterance) -> None:
        """Say it, until it ends or something newer comes."""
        device = self._devices.get(utterance.output)
        if device is None:
            return
        for file in utterance.files:
            try:
                recording, lasts_s = _louder(file, self._volume)
            except (OSError, EOFError, ValueError, wave.Error):
                continue  # taken away since the device was started, or cut off in the middle of a sample
            if not self._play_one(recording, device, lasts_s):
                return

    def _play_one(self, recording: bytes, device: str, lasts_s: float) -> bool:
        """Whether it was played to its end."""
        try:
            # A card without room for it must not end this thread: the voice is back when there is some.
            with tempfile.TemporaryFile() as file:
                file.write(recording)
                file.seek(0)
                process = subprocess.Popen(
                    [self._program, "-q", "-D", device],
                    stdin=file,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                )
        except OSError as error:
            self._tell(works=False, why=f"{self._program} cannot be started: {error.strerror or error}")
            return False
        until_ms = self._clock.mono_ms() + round((lasts_s + _PATIENCE_S) * 1000)
        with process:
            try:
                return self._wait(process, device, until_ms=until_ms)
            finally:
                process.kill()

    def _wait(self, process: subprocess.Popen[bytes], device: str, *, until_ms: int) -> bool:
        while self._asked.empty():
            with contextlib.suppress(subprocess.TimeoutExpired):
                status = process.wait(_LOOK_S)
                said = process.stderr.read().decode("utf-8", "replace").strip() if process.stderr else ""
                why = f"device={device} exit={status} {said}" if status else f"device={device} plays"
                self._tell(works=status == 0, why=why)
                return status == 0
            if self._clock.mono_ms() >= until_ms:
                self._tell(works=False, why=f"device={device} takes nothing")
                return False
        return False

    def _tell(self, *, works: bool, why: str) -> None:
        if works is not self._works:
            self._works = works
            self._inbox.put(SpeakerChanged(works, self._clock.mono_ms(), why))


def _louder(file: Path, volume: int) -> tuple[bytes, float]:
    """The recording in `file` at `volume` percent, as a WAV file, and how many seconds it lasts."""
    with wave.open(str(file), "rb") as recording:
        parameters = recording.getparams()
        samples = array.array("h", recording.readframes(parameters.nframes))
    if sys.byteorder == "big":
        samples.byteswap()
    if volume != 100:
        samples = array.array("h", (sample * volume // 100 for sample in samples))
    if sys.byteorder == "big":
        samples.byteswap()
    written = io.BytesIO()
    with wave.open(written, "wb") as louder:
        louder.setnchannels(parameters.nchannels)
        louder.setsampwidth(_SAMPLE_BYTES)
        louder.setframerate(parameters.framerate)
        louder.writeframes(samples.tobytes())
    return written.getvalue(), parameters.nframes / max(1, parameters.framerate)
