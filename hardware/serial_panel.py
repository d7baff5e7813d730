"""The key panel on a serial line: read by a thread of its own, opened again whenever it is lost."""

from __future__ import annotations

import contextlib
import logging
import os
import termios
import threading
from collections.abc import Callable
from typing import Protocol

import serial

from device.clock import Clock
from device.errors import HardwareError
from device.events import KeyDown, KeyUp, PanelCondition
from device.inbox import Inbox
from hardware.condition_report import ConditionReport
from hardware.key_panel import PanelCounters
from hardware.sentence import BeepSentence, DeviceSentence, LampSentence

_log = logging.getLogger(__name__)

_TICK_S = 1.0  # how late an absent heartbeat or a stuck key may be noticed
_RETRY_FIRST_S, _RETRY_MOST_S = 0.2, 2.0
_STOP_LIMIT_S = 5.0


class Session(Protocol):
    """What a panel has told since its line was opened. Pure: time comes in with the bytes."""

    @property
    def counters(self) -> PanelCounters:
        """What was no new press so far."""
        ...

    def feed(self, data: bytes, at_ms: int) -> list[KeyDown | KeyUp]:
        """The presses and releases that `data`, read at `at_ms`, tells; b"": time has passed."""
        ...

    def due_ms(self) -> int | None:
        """When time alone tells something, or None."""
        ...

    def condition(self, at_ms: int) -> tuple[PanelCondition, str]:
        """How the panel is at `at_ms`, and why, for the log."""
        ...


class SerialPanel:
    """A KeyPanel on a line, always 8N1.

    `port`: the device file, better one of /dev/serial/by-id than ttyUSB0, which may come back as ttyUSB1.
    `new_session`: reads what the panel says; a new one at each opening. `speaks`: whether the panel knows
    sentences about lamps and sounds; to one that does not, nothing is sent. `baud`: its speed.

    What lay unread on the line before it was opened is dropped: it was meant for nobody. The events are
    enqueued by the thread `serial-panel`, which alone opens, reads and closes the line (only the first
    opening is by the caller of `start()`, before the thread exists).
    """

    def __init__(
        self,
        port: str,
        inbox: Inbox,
        clock: Clock,
        *,
        new_session: Callable[[], Session],
        speaks: bool = True,
        baud: int = 9600,
    ) -> None:
        self._port = port
        self._new_session = new_session
        self._speaks = speaks
        self._baud = baud
        self._inbox = inbox
        self._clock = clock
        self._report = ConditionReport("serial", inbox, clock)
        self._counters = PanelCounters()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._line: serial.Serial | None = None
        self._line_lock = threading.Lock()  # no other thread may meet a line that is being closed
        self._lamps = LampSentence(0)

    @property
    def counters(self) -> PanelCounters:
        """What was no new press since `start()`. Any thread."""
        return self._counters

    def start(self) -> None:
        """Open the line and begin to listen; a line that cannot be opened is reported and tried again."""
        self._try_open()
        self._thread = threading.Thread(target=self._run, name="serial-panel", daemon=True)
        self._thread.start()

    def light(self, mask: int) -> None:
        """Light exactly the lamps in `mask`, now or when the line is back."""
        lamps = LampSentence(mask)
        with self._line_lock:
            self._lamps = lamps
            self._say(lamps)

    def beep(self, ms: int) -> None:
        """Sound for `ms` milliseconds, if the line is there."""
        sentence = BeepSentence(ms)
        with self._line_lock:
            self._say(sentence)

    def stop(self) -> None:
        """Close the line and join the thread, for at most 5 s. Any thread; harmless twice."""
        self._stopping.set()
        with self._line_lock:
            if self._line is not None:
                self._line.cancel_read()
        if self._thread is not None:
            self._thread.join(_STOP_LIMIT_S)
            if self._thread.is_alive():
                _log.error("panel=serial stop=timed_out limit_s=%g port=%s", _STOP_LIMIT_S, self._port)

    def _run(self) -> None:
        retry_s = _RETRY_FIRST_S
        while not self._stopping.is_set():
            if self._line is not None:
                self._listen(self._line)
                retry_s = _RETRY_FIRST_S
            elif not self._stopping.wait(retry_s):
                self._try_open()
                retry_s = min(2 * retry_s, _RETRY_MOST_S)
        self._close()

    def _try_open(self) -> None:
        try:
            line = self._open()
        except HardwareError as error:
            self._report.tell(PanelCondition.LOST, str(error))
        else:
            with self._line_lock:
                self._line = line
                self._say(self._lamps)
            self._report.tell(PanelCondition.OK, f"{self._port}: the line is open")

    def _open(self) -> serial.Serial:
        try:
            # exclusive: of two processes on one line each would miss the other's bytes.
            return serial.Serial(self._port, self._baud, timeout=_TICK_S, exclusive=True)
        # termios.error is no OSError; ValueError is a speed that the line does not have.
        except (OSError, termios.error, ValueError) as error:
            raise HardwareError(
                f"{self._port}: cannot be opened ({error}): check the cable, panel.port and panel.baud"
            ) from error

    def _listen(self, line: serial.Serial) -> None:
        """Read `line` until it is lost or the panel is stopped, then close it."""
        session = self._new_session()
        earlier = self._counters
        try:
            while not self._stopping.is_set():
                due_ms = session.due_ms()
                line.timeout = _TICK_S if due_ms is None else max(0, due_ms - self._clock.mono_ms()) / 1000
                # One byte ends the wait at once, whatever else has come is taken with it.
                data = line.read(1)
                if data:
                    data += line.read(line.in_waiting)
                at_ms = self._clock.mono_ms()
                for event in session.feed(data, at_ms):
                    self._inbox.put(event)
                self._counters = earlier + session.counters
                self._report.tell(*session.condition(at_ms))
        except (OSError, termios.error) as error:
            self._report.tell(PanelCondition.LOST, f"{self._port}: the line is gone ({error})")
        finally:
            self._close()

    def _close(self) -> None:
        with self._line_lock:
            line, self._line = self._line, None
        if line is None:
            return
        # A line that was pulled out may refuse all this; there is nothing left to release. Output that no
        # panel takes would hold the close up for as long as the driver is patient, 30 s by default.
        with contextlib.suppress(OSError, termios.error):
            line.reset_output_buffer()
        with contextlib.suppress(OSError):
            line.close()

    def _say(self, sentence: DeviceSentence) -> None:
        """Hand `sentence` to the line, or drop it. The caller holds the lock.

        Not by pyserial: its write waits, or spins, when the panel takes nothing. Half a sentence is cut short
        by the `$` of the next.
        """
        if self._line is not None and self._speaks:
            with contextlib.suppress(OSError):  # full: dropped; gone: the reading thread notices
                os.write(self._line.fileno(), sentence.encode())
