"""What the fake panel adds to the promises of every panel: it refuses keys that no panel has."""

from __future__ import annotations

import pytest

from device.clock import FakeClock
from device.events import KeyDown
from device.inbox import Inbox
from hardware.fake_panel import FakePanel


@pytest.mark.parametrize("key", [0, 6, -1])
def test_a_key_that_no_panel_has_cannot_be_pressed_or_released(key: int) -> None:
    panel = FakePanel(Inbox(), FakeClock())
    with pytest.raises(ValueError, match=rf"^a panel has no key {key}: 1 to 5$"):
        panel.press(key)
    with pytest.raises(ValueError, match=rf"^a panel has no key {key}: 1 to 5$"):
        panel.release(key)


def test_presses_before_the_start_or_while_lost_are_not_made_up_for() -> None:
    inbox = Inbox()
    panel = FakePanel(inbox, FakeClock())
    panel.press(1)
    panel.start()
    assert inbox.get(0) is None
    panel.lose()
    inbox.get(0)
    panel.press(2)
    panel.come_back()
    inbox.get(0)
    assert inbox.get(0) is None
    panel.press(3)
    assert inbox.get(0) == KeyDown(3, 100_000)
