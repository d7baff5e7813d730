"""A display that shows nothing: it acknowledges each screen, beats, and stops."""

from __future__ import annotations

import threading

import pytest

from device.clock import FakeClock
from device.events import Beat, Drawn
from device.inbox import Inbox
from tests.patience import PATIENCE_S
from tests.ui import snapshots
from ui.no_display import NoDisplay


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def display(inbox):
    display = NoDisplay(inbox=inbox, clock=FakeClock())
    thread = threading.Thread(target=display.run, name="no-display", daemon=True)
    thread.start()
    yield display
    display.stop()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()


def told(inbox, kind):
    while not isinstance(event := inbox.get(PATIENCE_S), kind):
        assert event is not None
    return event


def test_each_screen_counts_as_drawn(display, inbox):
    for number in (1, 2, 3):
        display.show(snapshots.level(number=number))
        assert told(inbox, Drawn).number == number


def test_it_says_that_it_is_at_work(display, inbox):
    assert told(inbox, Beat)
