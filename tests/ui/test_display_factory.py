"""The configuration chooses the display."""

from device.clock import FakeClock
from device.inbox import Inbox
from device.settings import UiSection
from ui.console import ConsoleDisplay
from ui.display_factory import open_display
from ui.window import KivyDisplay


def test_a_window_is_opened_by_default() -> None:
    assert isinstance(open_display(UiSection(), inbox=Inbox(), clock=FakeClock()), KivyDisplay)


def test_the_console_is_opened_when_asked_for() -> None:
    section = UiSection(display="console")
    assert isinstance(open_display(section, inbox=Inbox(), clock=FakeClock()), ConsoleDisplay)
