"""The panel that a configuration describes."""

from __future__ import annotations

from pathlib import Path

import pytest

from device.clock import FakeClock
from device.errors import ConfigError
from device.events import KeyDown, PanelChanged, PanelCondition
from device.inbox import Inbox
from device.key_settings import PanelSection
from hardware.fake_serial_line import FakeSerialLine
from hardware.gpio_panel import GpioPanel
from hardware.panel_factory import open_panel


def test_a_serial_panel_listens_at_the_configured_port(tmp_path: Path) -> None:
    inbox = Inbox()
    with FakeSerialLine(tmp_path / "panel") as line:
        panel = open_panel(PanelSection(port=str(line.port), baud=19200), inbox, FakeClock())
        assert panel is not None
        panel.start()
        line.press(2)
        event = inbox.get(5)
        panel.stop()
    assert event == KeyDown(2, 100_000)


def test_a_port_that_is_no_line_is_a_lost_panel() -> None:
    inbox = Inbox()
    panel = open_panel(PanelSection(port="/dev/null"), inbox, FakeClock())
    assert panel is not None
    panel.start()
    event = inbox.get(0)
    panel.stop()
    assert isinstance(event, PanelChanged)
    assert event.condition is PanelCondition.LOST


def test_a_panel_on_mock_pins_starts_without_hardware() -> None:
    inbox = Inbox()
    panel = open_panel(PanelSection(kind="gpio", pin_factory="mock"), inbox, FakeClock())
    assert isinstance(panel, GpioPanel)
    panel.start()
    assert inbox.get(0) is None
    panel.stop()


def test_a_device_may_have_no_keys() -> None:
    assert open_panel(PanelSection(kind="none"), Inbox(), FakeClock()) is None


def test_a_panel_of_another_make_is_read_by_its_table(tmp_path: Path) -> None:
    inbox = Inbox()
    with FakeSerialLine(tmp_path / "panel") as line:
        section = PanelSection(port=str(line.port), protocol="bytes", bytes=(("aa0155", 5), ("aa0255", 4)))
        panel = open_panel(section, inbox, FakeClock())
        assert panel is not None
        panel.start()
        line.send(b"\xaa\x02\x55")
        event = inbox.get(5)
        panel.stop()
    assert event == KeyDown(4, 100_000)


def test_a_section_that_disagrees_with_itself_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"^panel\.pins: is \[5, 6\]; must be 5 different pins$"):
        open_panel(PanelSection(kind="gpio", pins=(5, 6)), Inbox(), FakeClock())


def test_a_kind_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ConfigError, match=r'^panel\.kind: is "usb"; allowed: "serial", "gpio", "none"$'):
        open_panel(PanelSection(kind="usb"), Inbox(), FakeClock())
