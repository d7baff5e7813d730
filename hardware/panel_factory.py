"""The choice of a key panel by configuration: [panel] in, the panel that it describes out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from device.clock import Clock
from device.errors import ConfigError
from device.inbox import Inbox
from device.key_bytes import read_key_bytes
from device.key_settings import PanelSection
from hardware.byte_session import ByteSession
from hardware.byte_table import ByteTable
from hardware.key_panel import KeyPanel
from hardware.panel_session import PanelSession
from hardware.serial_panel import SerialPanel, Session


def open_panel(section: PanelSection, inbox: Inbox, clock: Clock) -> KeyPanel | None:
    """The panel of `section`, not yet started; None when the device has no keys (`panel.kind = "none"`).

    Raises ConfigError when the section disagrees with itself.
    """
    if faults := section.faults():
        raise ConfigError([f"panel.{fault}" for fault in faults])
    match section.kind:
        case "serial":
            return _serial_panel(section, inbox, clock)
        case "gpio":
            return _gpio_panel(section, inbox, clock)
        case "none":
            return None
    raise ConfigError([f'panel.kind: is "{section.kind}"; allowed: "serial", "gpio", "none"'])


def wiring(section: PanelSection) -> str:
    """How the panel of `section` is wired: another text is another panel, of which nothing is known."""
    match section.kind:
        case "serial":
            return f"serial {section.protocol} {section.port}"
        case "gpio":
            return f"gpio {','.join(map(str, section.pins))}"
        case _:
            return section.kind


def _serial_panel(section: PanelSection, inbox: Inbox, clock: Clock) -> KeyPanel:
    new_session: Callable[[], Session] = PanelSession
    if section.protocol == "bytes":
        new_session = partial(ByteSession, ByteTable(read_key_bytes(section.bytes)), gap_ms=section.gap_ms)
    return SerialPanel(
        section.port,
        inbox,
        clock,
        new_session=new_session,
        # What another make would do with our sentences nobody knows.
        speaks=section.protocol == "sentences",
        baud=section.baud,
    )


def _gpio_panel(section: PanelSection, inbox: Inbox, clock: Clock) -> KeyPanel:
    # gpiozero takes 60 ms to load: only where keys are wired to pins.
    from hardware.gpio_panel import GpioPanel  # noqa: PLC0415
    from hardware.pin_library import load_pin_library  # noqa: PLC0415
    from hardware.signal_pins import SignalNumbers  # noqa: PLC0415

    return GpioPanel(
        section.pins,
        partial(load_pin_library, section.pin_factory),
        inbox,
        clock,
        signals=SignalNumbers(section.lamp_pins, section.sounder_pin),
    )
