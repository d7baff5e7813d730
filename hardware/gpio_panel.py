"""The key panel on pins of the board, for keys and lamps wired straight to a Raspberry Pi."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from device.clock import Clock
from device.errors import HardwareError
from device.events import KeyDown, KeyUp, PanelCondition
from device.inbox import Inbox
from hardware.condition_report import ConditionReport
from hardware.gpio_signals import GpioSignals
from hardware.held_keys import HeldKeys
from hardware.key_panel import PanelCounters
from hardware.key_pins import KeyPins
from hardware.pin_library import PinLibrary
from hardware.signal_pins import SignalNumbers

_log = logging.getLogger(__name__)

_RETRY_FIRST_S, _RETRY_MOST_S = 0.2, 2.0
_STOP_LIMIT_S = 5.0


class GpioPanel:
    """A KeyPanel of keys between a pin and ground.

    `pins`: BCM numbers for keys 1 to 5. `signals`: those of lamps and sounder; without them, or when they
    cannot be had, the keys work all the same. `load_library`: called at each attempt to claim them;
    gpiozero's global default is never used. `tick_s`: how often the pins are read to learn of a stuck key or
    a chip that has gone, in seconds. Key events are enqueued by the pin library's thread, PanelChanged by the
    thread `gpio-panel` (or the caller of `start()`, before that thread exists), which also drives the lamps.
    """

    def __init__(
        self,
        pins: Sequence[int],
        load_library: Callable[[], PinLibrary],
        inbox: Inbox,
        clock: Clock,
        *,
        signals: SignalNumbers = SignalNumbers(),  # noqa: B008 - frozen
        tick_s: float = 1.0,
    ) -> None:
        self._pin_numbers = tuple(pins)
        self._load_library = load_library
        self._inbox = inbox
        self._clock = clock
        self._tick_s = tick_s
        self._report = ConditionReport("gpio", inbox, clock)
        self._pins: KeyPins | None = None
        self._signals = GpioSignals(signals)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()  # over the two below: the pin library's thread and ours use them
        self._listening = False
        self._held = HeldKeys(reports_releases=True)

    @property
    def counters(self) -> PanelCounters:
        """All 0: a pin has no sentences that could be bad. Any thread."""
        return PanelCounters()

    def start(self) -> None:
        """Claim the pins and begin to listen; pins that cannot be had are reported and tried again."""
        self._try_open()
        self._thread = threading.Thread(target=self._run, name="gpio-panel", daemon=True)
        self._thread.start()

    def light(self, mask: int) -> None:
        """Light exactly the lamps in `mask`, now or when the pins are back."""
        self._signals.light(mask)

    def beep(self, ms: int) -> None:
        """Sound for `ms` milliseconds, if the pins are there."""
        self._signals.beep(ms)

    def stop(self) -> None:
        """Release the pins and join the thread, for at most 5 s. Any thread; harmless twice."""
        self._stopping.set()
        self._signals.wake()
        with self._lock:
            self._listening = False
        if self._thread is not None:
            self._thread.join(_STOP_LIMIT_S)
            if self._thread.is_alive():
                _log.error("panel=gpio stop=timed_out limit_s=%g", _STOP_LIMIT_S)

    def _run(self) -> None:
        retry_s = _RETRY_FIRST_S
        while True:
            self._signals.carry_out(retry_s if self._pins is None else self._tick_s)
            if self._stopping.is_set():
                break
            if self._pins is not None:
                self._check(self._pins)
                retry_s = _RETRY_FIRST_S
            else:
                self._try_open()
                retry_s = min(2 * retry_s, _RETRY_MOST_S)
        self._close()

    def _try_open(self) -> None:
        pins = None
        try:
            library = self._load_library()
            pins = KeyPins(self._pin_numbers, library, self._move)
            down = pins.down()
        except HardwareError as error:
            if pins is not None:
                pins.close()
            self._report.tell(PanelCondition.LOST, str(error))
            return
        self._pins = pins
        self._signals.open(pins.factory, library.errors)
        with self._lock:  # so that no press comes before the return is told, and none after it is dropped
            self._report.tell(PanelCondition.OK, "the pins are claimed")
            self._held = HeldKeys(reports_releases=True)
            for key in down:  # no press that anybody saw begin, but a key that may be stuck
                self._held.down(key, self._clock.mono_ms())
            self._listening = not self._stopping.is_set()

    def _check(self, pins: KeyPins) -> None:
        try:
            pins.down()
        except HardwareError as error:
            self._close()
            self._report.tell(PanelCondition.LOST, str(error))
            return
        with self._lock:
            is_stuck = self._held.is_any_stuck(self._clock.mono_ms())
        if is_stuck:
            self._report.tell(PanelCondition.STUCK, "a key has been down for 30 s: free it")
        else:
            self._report.tell(PanelCondition.OK, "no key is stuck")

    def _close(self) -> None:
        with self._lock:
            self._listening = False
        self._signals.close()
        pins, self._pins = self._pins, None
        if pins is not None:
            pins.close()

    def _move(self, key: int, is_down: bool) -> None:
        """One edge of the pin of `key`. The pin library's thread."""
        with self._lock:
            if not self._listening:
                return
            at_ms = self._clock.mono_ms()
            if is_down:
                self._held.down(key, at_ms)
                self._inbox.put(KeyDown(key, at_ms))
            elif self._held.up(key):
                self._inbox.put(KeyUp(key, at_ms))
