"""The keys of a device's configuration that say how its key panel is wired, and what its keys do."""

from __future__ import annotations

from dataclasses import dataclass

from device.configuration import NamedValues, key
from device.key_bytes import read_key_bytes

KEYS = 5


@dataclass(frozen=True, slots=True)
class KeysSection:
    """[keys]"""

    dead_s: float = key(1.5, doc="how long keys are dead after a level", unit="s", least=0.1, most=5)
    together_ms: int = key(
        30, doc="two keys or touches within this time choose nothing", unit="ms", least=10, most=200
    )
    bounce_ms: int = key(
        20,
        doc="a key that goes down again this soon after it came up has bounced",
        unit="ms",
        least=0,
        most=100,
    )
    levels: tuple[int, ...] = key(
        [1, 2, 3, 4, 5], doc="the levels of keys 1 to 5, each level once; 5 is the best", least=1, most=5
    )

    long_ms: int = key(
        600,
        doc="spoken mode: a key held this long speaks, one released sooner chooses",
        unit="ms",
        least=300,
        most=2000,
    )
    proof_days: int = key(
        30, doc="how old the proof of a key may be before staff are reminded", unit="d", least=1, most=365
    )

    def faults(self) -> list[str]:
        """As `device.configuration.Ruled`."""
        if sorted(self.levels) == list(range(1, KEYS + 1)):
            return []
        return [f"levels: is {list(self.levels)}; must be each of 1 to {KEYS} once"]


@dataclass(frozen=True, slots=True)
class PanelSection:
    """[panel]"""

    kind: str = key("serial", doc="how the keys are connected", choices=("serial", "gpio", "none"))
    port: str = key("/dev/ttyUSB0", doc="serial: the device file of the line", least=1, most=255)
    baud: int = key(9600, doc="serial: speed, always 8N1", unit="Bd", least=1200, most=115200)
    pins: tuple[int, ...] = key(
        [5, 6, 13, 19, 26], doc="gpio: BCM numbers of the pins of keys 1 to 5, to ground", least=0, most=27
    )
    pin_factory: str = key(
        "lgpio", doc="gpio: gpiozero's pin library; mock has no hardware", choices=("lgpio", "mock")
    )
    lamp_pins: tuple[int, ...] = key(
        [], doc="gpio: BCM numbers of the pins of the lamps of keys 1 to 5, or none", least=0, most=27
    )
    sounder_pin: int | None = key(
        None, doc="gpio: BCM number of the pin of a sounder that sounds by itself", least=0, most=27
    )
    protocol: str = key(
        "sentences",
        doc="serial: the product's sentences, or the bytes of a panel of another make",
        choices=("sentences", "bytes"),
    )
    bytes: NamedValues[int] = key(
        {}, doc="protocol bytes: hexadecimal digits of what the panel sends = its key", least=1, most=5
    )
    gap_ms: int = key(
        50, doc="protocol bytes: silence that ends what the panel sends", unit="ms", least=5, most=500
    )

    def faults(self) -> list[str]:
        """As `device.configuration.Ruled`."""
        return [*self._pin_faults(), *self._byte_faults()]

    def _pin_faults(self) -> list[str]:
        found = []
        if len(set(self.pins)) != KEYS or len(self.pins) != KEYS:
            found.append(f"pins: is {list(self.pins)}; must be {KEYS} different pins")
        if self.lamp_pins and len(self.lamp_pins) != KEYS:
            found.append(f"lamp_pins: is {list(self.lamp_pins)}; must be {KEYS} pins, or none")
        sounder = () if self.sounder_pin is None else (self.sounder_pin,)
        signals = (*self.lamp_pins, *sounder)
        if not found and len({*self.pins, *signals}) < KEYS + len(signals):
            found.append(
                f"lamp_pins: is {list(self.lamp_pins)}; no pin may serve twice, see pins, sounder_pin"
            )
        return found

    def _byte_faults(self) -> list[str]:
        if self.protocol == "bytes" and not self.bytes:
            return ["bytes: is empty; protocol bytes needs what the panel sends for each key"]
        try:
            read_key_bytes(self.bytes)
        except ValueError as error:
            return [f"bytes: {error}"]
        return []
