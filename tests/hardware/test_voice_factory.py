"""What speaks, by configuration."""

from __future__ import annotations

import pytest

from device.clock import SystemClock
from device.errors import ConfigError
from device.inbox import Inbox
from device.voice.settings import VoiceSection
from hardware.voice_factory import open_jack, open_speaker


def speaker(**keys):
    return open_speaker(VoiceSection(**keys), Inbox(), SystemClock())


def jack(**keys):
    return open_jack(VoiceSection(**keys), pin_factory="mock", inbox=Inbox(), clock=SystemClock())


def test_without_a_speaker_there_is_none():
    assert speaker() is None


def test_what_is_off_is_not_opened():
    keys = {"mode": "off", "speaker": "default", "headphones": "hw:1", "headphones_pin": 16}
    assert speaker(**keys) is None
    assert jack(**keys) is None


def test_a_speaker_and_a_jack_that_are_named_are_opened():
    keys = {"speaker": "default", "headphones": "hw:1", "headphones_pin": 16}
    assert speaker(**keys) is not None
    assert jack(**keys) is not None


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ({"speaker": "a", "headphones": "b"}, "needs headphones_pin"),
        ({"speaker": "a", "headphones_pin": 16}, "needs headphones_pin"),
        ({"headphones": "b", "headphones_pin": 16}, "needs speaker"),
        ({"speaker": "a", "headphones": "a", "headphones_pin": 16}, "must be another device"),
    ],
)
def test_headphones_need_a_device_of_their_own_and_a_switch(keys, fault):
    with pytest.raises(ConfigError, match=fault):
        speaker(**keys)
