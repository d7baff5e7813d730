"""The choice of what speaks by configuration: [voice] in, speaker and headphone jack out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from device.clock import Clock
from device.errors import ConfigError
from device.inbox import Inbox
from device.voice.settings import VoiceSection
from device.voice.speaker import Output
from hardware.aplay_speaker import AplaySpeaker

if TYPE_CHECKING:
    from hardware.headphone_jack import HeadphoneJack


def open_speaker(section: VoiceSection, inbox: Inbox, clock: Clock) -> AplaySpeaker | None:
    """The speaker of `section`, not yet started; None when the device has none, or is to be quiet."""
    if faults := section.faults():
        raise ConfigError([f"voice.{fault}" for fault in faults])
    if section.speaker is None or section.mode == "off":
        return None
    devices = {Output.LOUDSPEAKER: section.speaker}
    if section.headphones is not None:
        devices[Output.HEADPHONES] = section.headphones
    return AplaySpeaker(devices, volume=section.volume, inbox=inbox, clock=clock)


def open_jack(section: VoiceSection, *, pin_factory: str, inbox: Inbox, clock: Clock) -> HeadphoneJack | None:
    """The headphone jack of `section`, not yet started; None where there is none, or nothing to say."""
    if section.headphones_pin is None or section.mode == "off":
        return None
    # gpiozero takes 60 ms to load: only where a jack is wired to a pin.
    from hardware.headphone_jack import HeadphoneJack  # noqa: PLC0415
    from hardware.pin_library import load_pin_library  # noqa: PLC0415

    return HeadphoneJack(section.headphones_pin, partial(load_pin_library, pin_factory), inbox, clock)
