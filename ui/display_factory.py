"""Which display a configuration asks for."""

from __future__ import annotations

from device.clock import Clock
from device.inbox import Inbox
from device.settings import UiSection
from device.snapshot import Display
from ui.console import ConsoleDisplay
from ui.no_display import NoDisplay
from ui.window import KivyDisplay


def open_display(section: UiSection, *, inbox: Inbox, clock: Clock) -> Display:
    """The display `section` asks for, not yet running: `run` it on the main thread."""
    if section.display == "console":
        return ConsoleDisplay(section=section, inbox=inbox, clock=clock)
    if section.display == "none":
        return NoDisplay(inbox=inbox, clock=clock)
    return KivyDisplay(section=section, inbox=inbox, clock=clock)
