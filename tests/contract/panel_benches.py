"""Every kind of key panel on a bench: hands on its keys and plug, eyes and ears on its lamps and sounder."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Protocol

from gpiozero.pins.mock import MockFactory, MockPin

from device.clock import SystemClock
from device.inbox import Inbox
from hardware.fake_panel import FakePanel
from hardware.fake_serial_line import FakeSerialLine
from hardware.gpio_panel import GpioPanel
from hardware.key_panel import KeyPanel
from hardware.panel_session import PanelSession
from hardware.pin_library import PinLibrary
from hardware.serial_panel import SerialPanel
from hardware.signal_pins import SignalNumbers


class Bench(Protocol):
    """A panel, hands on its keys and its plug, and eyes and ears on its lamps and sounder."""

    panel: KeyPanel

    def lamps(self) -> int: ...
    def beeps(self) -> int: ...

    def press(self, key: int) -> None: ...
    def release(self, key: int) -> None: ...
    def unplug(self) -> None: ...
    def plug_in(self) -> None: ...
    def clear(self) -> None: ...


class FakeBench:
    def __init__(self, inbox: Inbox, clock: SystemClock, folder: Path) -> None:
        self.panel = FakePanel(inbox, clock)
        self.press = self.panel.press
        self.release = self.panel.release
        self.unplug = self.panel.lose
        self.plug_in = self.panel.come_back

    def lamps(self) -> int:
        return self.panel.lamps

    def beeps(self) -> int:
        return len(self.panel.beeps)

    def clear(self) -> None:
        """There is nothing to clear."""


class SerialBench:
    def __init__(self, inbox: Inbox, clock: SystemClock, folder: Path) -> None:
        line = FakeSerialLine(folder / "panel")
        self._line = line
        self._told: list[bytes] = []
        self.panel = SerialPanel(str(line.port), inbox, clock, new_session=PanelSession)
        self.press = line.press
        self.release = line.release
        self.unplug = line.unplug
        self.plug_in = line.plug_in
        self.clear = line.close

    def lamps(self) -> int:
        self._listen()
        masks = [line for line in self._told if line.startswith(b"$HCPLT")]
        return int(masks[-1][7:].split(b"*")[0]) if masks else 0

    def beeps(self) -> int:
        self._listen()
        return sum(line.startswith(b"$HCPBP") for line in self._told)

    def _listen(self) -> None:
        self._told += self._line.told().splitlines()


class UnplugFactory(MockFactory):
    """gpiozero's mock pins on a chip that can go away."""

    def __init__(self, gone: threading.Event) -> None:
        if gone.is_set():
            raise OSError("no gpiochip")
        super().__init__(pin_class=UnplugPin)
        self.gone = gone


class UnplugPin(MockPin):
    def _get_state(self) -> bool:
        if self.factory.gone.is_set():
            raise OSError("no gpiochip")
        return bool(super()._get_state())


class GpioBench:
    PINS = (5, 6, 13, 19, 26)
    LAMPS = (17, 18, 22, 23, 24)

    def __init__(self, inbox: Inbox, clock: SystemClock, folder: Path) -> None:
        self._gone = threading.Event()
        self._factory: UnplugFactory | None = None
        library = PinLibrary(self._open)
        self._heard = 0
        self.panel = GpioPanel(
            self.PINS, lambda: library, inbox, clock, signals=SignalNumbers(self.LAMPS, 12), tick_s=0.02
        )
        self.unplug = self._gone.set
        self.plug_in = self._gone.clear

    def _open(self) -> UnplugFactory:
        self._factory = UnplugFactory(self._gone)
        return self._factory

    def press(self, key: int) -> None:
        if self._factory is not None:
            self._factory.pin(self.PINS[key - 1]).drive_low()

    def release(self, key: int) -> None:
        if self._factory is not None:
            self._factory.pin(self.PINS[key - 1]).drive_high()

    def lamps(self) -> int:
        assert self._factory is not None
        if self._gone.is_set():
            return 0
        return sum(int(self._factory.pin(pin).state) << bit for bit, pin in enumerate(self.LAMPS))

    def beeps(self) -> int:
        assert self._factory is not None
        return sum(state.state for state in self._factory.pin(12).states)

    def clear(self) -> None:
        if self._factory is not None:
            self._factory.close()
