"""Lamps and sounds on the demo's panel line: they arrive, and who comes late hears the newest."""

from __future__ import annotations

import fcntl
import os
import select
import sys
import termios
import time

import pytest

from device.clock import SystemClock
from device.events import KeyDown
from device.inbox import Inbox
from hardware.panel_session import PanelSession
from hardware.sentence import KeySentence, Stroke
from hardware.serial_panel import SerialPanel
from provisioning.demo.panel_line import PanelLine
from tests.patience import PATIENCE_S


@pytest.fixture
def line():
    line = PanelLine()
    line.start()
    yield line
    line.stop()


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def panel(line, inbox):
    panel = SerialPanel(str(line.inner), inbox, SystemClock(), new_session=PanelSession)
    panel.start()
    yield panel
    panel.stop()


def heard(line, ending, within_s=PATIENCE_S):
    """What stands unread at the outer end, once it ends with `ending`."""
    handle = os.open(line.outer, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        data, deadline_s = b"", time.monotonic() + within_s
        while not data.endswith(ending):
            assert time.monotonic() < deadline_s, data[-100:]
            if select.select([handle], [], [], 0.05)[0]:
                data += os.read(handle, 65536)
        return data
    finally:
        os.close(handle)


def wait_until_settled(line):
    """Until the line has carried what it can: what stands unread at the outer end is no longer more."""
    handle = os.open(line.outer, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        before, unread = -1, _unread(handle)
        while unread != before:
            time.sleep(0.3)
            before, unread = unread, _unread(handle)
    finally:
        os.close(handle)


def _unread(handle):
    return int.from_bytes(fcntl.ioctl(handle, termios.FIONREAD, bytes(4)), sys.byteorder)


def test_lamps_and_sounds_arrive_at_the_outer_end(line, panel):
    panel.light(31)
    panel.beep(20)
    assert heard(line, b"$HCPBP,20*67\r\n").endswith(b"$HCPLT,31*6D\r\n$HCPBP,20*67\r\n")


def test_what_nobody_reads_makes_nobody_wait_and_who_comes_late_hears_the_newest(line, panel, inbox):
    for _ in range(3_000):  # more than the line holds: whoever waited would wait for ever
        panel.light(31)
        panel.light(0)
    wait_until_settled(line)
    panel.beep(77)
    assert len(heard(line, b"$HCPBP,77*65\r\n")) <= 65_536
    with line.outer.open("wb", buffering=0) as outer:
        outer.write(KeySentence(4, Stroke.DOWN, 1).encode())
    event = inbox.get(PATIENCE_S)
    assert isinstance(event, KeyDown)
    assert event.key == 4
